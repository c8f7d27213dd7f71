import * as tf from '@tensorflow/tfjs-core'
import { type DebiasedOptions, debiasedRows } from './debiased-rows.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'
import type { Views } from './stacked-views.ts'

export interface HardNegativeOptions<R extends Reduction = Reduction> extends DebiasedOptions {
  /** β ≥ 0, how much likelier negatives close to the anchor count; 0 is `debiasedContrastiveLoss`. Default 1. */
  readonly beta?: number
  /** Default 'mean'. 'none' gives [V·n], view-major. */
  readonly reduction?: R
}

/**
 * The debiased loss with negatives weighted by their hardness, in nats (Robinson et al. 2021): as
 * `debiasedContrastiveLoss`, but each of the N negatives weighs ω_j = e^{β·z_j} / mean_k e^{β·z_k}, so that
 *
 *   N_g = max( (Σ_j ω_j·e^{z_j} − τ⁺·N·e^{z_p}) / (1 − τ⁺), N·e^{−s} ).
 *
 * Gradients flow through the weights, as in the authors' code. In log space: (1 + β)·s may pass 88. Weights at β → ∞
 * leave the hardest negative alone.
 *
 * @param views as for `ntXentLoss`
 * @returns a scalar, or [V·n] with reduction 'none'
 * @throws TypeError for views that differ in shape; RangeError for fewer than two, for τ⁺ outside [0, 1), for β < 0
 *
 * @example
 * ```ts
 * import { hardNegativeContrastiveLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 *
 * const views = [1, 2].map(seed => normal(key(seed), [16, 8]))
 * hardNegativeContrastiveLoss(views, { tauPlus: 0.1, beta: 1, temperature: 0.5 }).print()
 * ```
 */
export function hardNegativeContrastiveLoss<R extends Reduction = 'mean'>(
  views: Views,
  options: HardNegativeOptions<R> = {},
): Reduced<R> {
  const where = 'hardNegativeContrastiveLoss'
  const { beta = 1, reduction = 'mean' } = options
  return tf.tidy(() =>
    reduce(where, debiasedRows(where, views, options, beta).losses, reduction),
  ) as Reduced<R>
}
