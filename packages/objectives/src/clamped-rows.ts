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
 *
 * @example
 * ```ts
 * import { clampedRows } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const views = [1, 2].map(seed => normal(key(seed), [16, 8]))
 * const options = { tauPlus: 0.1, temperature: 0.5 }
 * tf.mean(clampedRows(views, options)).print() // the share of anchors whose negatives have no gradient
 * ```
 */
export function clampedRows(views: Views, options: ClampedRowsOptions = {}): tf.Tensor1D {
  return tf.tidy(() => debiasedRows('clampedRows', views, options, options.beta ?? 0).clamped as tf.Tensor1D)
}
