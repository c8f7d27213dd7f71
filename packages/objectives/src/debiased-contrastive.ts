import * as tf from '@tensorflow/tfjs-core'
import { type DebiasedOptions, debiasedRows } from './debiased-rows.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'
import type { Views } from './stacked-views.ts'

export interface DebiasedContrastiveOptions<R extends Reduction = Reduction> extends DebiasedOptions {
  /** Default 'mean'. 'none' gives [V·n], view-major. */
  readonly reduction?: R
}

/**
 * NT-Xent corrected for negatives that share the anchor's class, in nats (Chuang et al. 2020): of the N = V·n − V
 * rows of other samples a share τ⁺ is taken to be of the anchor's class, as the positive p shows that class, and with
 * z_ij = s·x_iᵀx_j
 *
 *   L_i = −log e^{z_p} / (e^{z_p} + N_g),
 *   N_g = max( (Σ_j e^{z_j} − τ⁺·N·e^{z_p}) / (1 − τ⁺), N·e^{−s} ),
 *
 * averaged over anchors and, with more than two views, over the positives of each. τ⁺ = 0 and two views are
 * `ntXentLoss`. The lower bound is what N_g cannot fall short of for unit vectors; all of it is computed in log space,
 * so it holds for s above 87 too, where N·e^{−s} is 0 in float32. A row at its bound has no gradient through its
 * negatives: `clampedRows` tells which. The temperature 1/s is 0.1 unless given (the paper takes 0.5). One sample
 * gives 0.
 *
 * @param views as for `ntXentLoss`
 * @returns a scalar, or [V·n] with reduction 'none'
 * @throws TypeError for views that differ in shape; RangeError for fewer than two, for τ⁺ outside [0, 1)
 *
 * @example
 * ```ts
 * import { debiasedContrastiveLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 *
 * const views = [1, 2].map(seed => normal(key(seed), [16, 8]))
 * // One negative in ten is of the anchor's own class.
 * debiasedContrastiveLoss(views, { tauPlus: 0.1, temperature: 0.5 }).print()
 * ```
 */
export function debiasedContrastiveLoss<R extends Reduction = 'mean'>(
  views: Views,
  options: DebiasedContrastiveOptions<R> = {},
): Reduced<R> {
  const where = 'debiasedContrastiveLoss'
  return tf.tidy(() =>
    reduce(where, debiasedRows(where, views, options, 0).losses, options.reduction ?? 'mean'),
  ) as Reduced<R>
}
