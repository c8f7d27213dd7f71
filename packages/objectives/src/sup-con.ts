import { checkIndices, checkShape } from '@chiaro/core'
import type { Indices } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { infoNceLoss } from './info-nce.ts'
import { prepared } from './prepared.ts'
import type { Reduced, Reduction } from './reduction.ts'
import { logitScaleOf, type ScaleOptions } from './scale.ts'

export interface SupConOptions<R extends Reduction = Reduction> extends ScaleOptions {
  /** Whether embeddings are divided by their lengths first. Default true. */
  readonly normalize?: boolean
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * Supervised contrastive loss in nats, the form with the sum over positives outside the logarithm (Khosla et al.
 * 2020, "out"): with P_i the other rows of anchor i's label,
 *
 *   L_i = 1/|P_i| Σ_{p ∈ P_i} [ log Σ_{j≠i} exp(s·z_iᵀz_j) − s·z_iᵀz_p ],
 *
 * averaged over the anchors that have a positive. An anchor alone in its class gives 0 and leaves the mean; it stays a
 * negative of the others. The temperature 1/s is 0.1 unless given. Labels of two views are the labels twice over: then
 * this is `ntXentLoss` of the views where every sample is its own class. All embeddings equal gives log(n − 1).
 *
 * @param embeddings [n, d]
 * @param labels [n] whole numbers, on the host or int32; a tensor is read
 * @returns a scalar, or [n] with reduction 'none'
 * @throws TypeError for shapes or dtypes that don't fit, for temperature beside logitScale; RangeError for a label on the
 *   host that is no whole number
 *
 * @example
 * ```ts
 * import { supConLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 *
 * const x = normal(key(1), [6, 16])
 * supConLoss(x, [0, 0, 1, 1, 1, 2], { temperature: 0.1 }).print() // row 5 has no other of its class, and leaves the mean
 * ```
 */
export function supConLoss<R extends Reduction = 'mean'>(
  embeddings: tf.Tensor,
  labels: Indices,
  options: SupConOptions<R> = {},
): Reduced<R> {
  const where = 'supConLoss'
  const { normalize = true, reduction } = options
  const logitScale = logitScaleOf(where, options, 1 / 0.1)
  const { n } = checkShape(where, { embeddings }, ['n', 'd'])
  checkIndices(where, { labels }, n)
  return tf.tidy(() => {
    const z = prepared(embeddings, normalize)
    return infoNceLoss(z, z, {
      logitScale,
      normalize: false,
      reduction,
      mask: { excludeSelf: true },
      positives: { queryGroups: labels, keyGroups: labels },
    })
  })
}
