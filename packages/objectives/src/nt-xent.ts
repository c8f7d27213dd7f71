import * as tf from '@tensorflow/tfjs-core'
import { infoNceLoss } from './info-nce.ts'
import { prepared } from './prepared.ts'
import type { Reduced, Reduction } from './reduction.ts'
import { logitScaleOf, type ScaleOptions } from './scale.ts'
import { stackedViews, type Views, type ViewsOptions } from './stacked-views.ts'

export interface NtXentOptions<R extends Reduction = Reduction> extends ScaleOptions, ViewsOptions {
  /** Leave positives out of the denominator (DCL, Yeh et al. 2022). Default false. */
  readonly decoupled?: boolean
  /** Whether embeddings are divided by their lengths first. Default true. */
  readonly normalize?: boolean
  /** Default 'mean'. 'none' gives [V·n], view-major. */
  readonly reduction?: R
}

/**
 * SimCLR's normalised-temperature cross-entropy in nats (Chen et al. 2020; docs/notes.md eq. 1.16): the V ≥ 2 views of
 * n samples are stacked view-major into V·n anchors z, and
 *
 *   L = mean over anchors i, and over the V − 1 other views p of i's sample, of
 *       log Σ_{j≠i} exp(s·z_iᵀz_j) − s·z_iᵀz_p,
 *
 * every other row in the denominator, only the anchor itself left out. The temperature 1/s is 0.1 unless given. All
 * embeddings equal gives log(V·n − 1) with zero gradient; one sample in two views gives 0.
 *
 * @param views at least two tensors [n, d] of the same shape, row i of each a view of sample i; or one that stacks them
 *   view-major, [V·n, d], with `views: V`
 * @returns a scalar, or [V·n] with reduction 'none'
 * @throws TypeError for views that differ in shape, for one tensor without `views`, for temperature beside logitScale;
 *   RangeError for fewer than two views, a temperature that is not positive and finite, a logit scale that is not finite
 *
 * @example
 * ```ts
 * import { ntXentLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const views = [1, 2].map(seed => normal(key(seed), [64, 32]))
 * ntXentLoss(views, { temperature: 0.5 }).print()
 * ntXentLoss(tf.concat(views), { views: 2, temperature: 0.5 }).print() // the same, of one stacked pass
 * ```
 */
export function ntXentLoss<R extends Reduction = 'mean'>(
  views: Views,
  options: NtXentOptions<R> = {},
): Reduced<R> {
  const where = 'ntXentLoss'
  const { decoupled, normalize = true, reduction } = options
  const logitScale = logitScaleOf(where, options, 1 / 0.1)
  return tf.tidy(() => {
    const { stacked, count, n } = stackedViews(where, views, options)
    const z = prepared(stacked, normalize)
    const samples = Int32Array.from({ length: count * n }, (_, i) => i % n)
    return infoNceLoss(z, z, {
      logitScale,
      decoupled,
      normalize: false,
      reduction,
      mask: { excludeSelf: true },
      positives: { queryGroups: samples, keyGroups: samples },
    })
  })
}
