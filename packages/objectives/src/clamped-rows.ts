import * as tf from '@tensorflow/tfjs-core'
import { type DebiasedOptions, debiasedRows } from './debiased-rows.ts'
import type { Views } from './stacked-views.ts'

export interface ClampedRowsOptions extends DebiasedOptions {
  /** β of `hardNegativeContrastiveLoss`. Default 0, `debiasedContrastiveLoss`. */
  readonly beta?: number
}

/**
 * Which anchors of the debiased losses have their estimate of the negatives' sum at its lower bound N·e^{−s}, for one
 * positive or more: they learn nothing from their negatives. Many of them say that τ⁺ is too large for these data, or
 * the temperature too low. Give the options of the loss.
 *
 * @param views as for the loss
 * @returns bool [V·n], view-major
 * @throws as the loss does
 */
export function clampedRows(views: Views, options: ClampedRowsOptions = {}): tf.Tensor1D {
  return tf.tidy(() => debiasedRows('clampedRows', views, options, options.beta ?? 0).clamped as tf.Tensor1D)
}
