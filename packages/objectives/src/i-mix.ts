import { checkInteger, checkLength, checkNumber, checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { infoNceLoss } from './info-nce.ts'
import { prepared } from './prepared.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'
import { rowProducts } from './row-products.ts'
import { logitScaleOf, type ScaleOptions } from './scale.ts'

export interface IMixOptions<R extends Reduction = Reduction> extends ScaleOptions {
  /** [n] π: the sample that is mixed into each. */
  readonly partners: ArrayLike<number>
  /** [n] λ, 0…1: the share that each keeps of itself. */
  readonly shares: ArrayLike<number>
  /** Whether embeddings are divided by their lengths first. Default true. */
  readonly normalize?: boolean
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * i-Mix in its N-pair form, in nats (Lee et al. 2021, "i-Mix: a domain-agnostic strategy for contrastive representation
 * learning", eq. 5 and algorithm 1): query i was made of samples i and π(i), mixed by λ_i, and each of them is right to
 * its share,
 *
 *   L_i = λ_i·ℓ(i, i) + (1 − λ_i)·ℓ(i, π(i)),   ℓ(i, j) = log Σ_m exp(s·q_iᵀk_m) − s·q_iᵀk_j,
 *
 * the sum over all keys, which are of samples as they are. The loss is the mean over queries; with shares of 1 it is
 * `infoNceLoss`. All embeddings equal give log n. The temperature 1/s is 0.1 unless given.
 *
 * @param queries [n, d] of mixed samples
 * @param keys [n, d] of the other view of each sample, not mixed
 * @returns a scalar, or [n] with reduction 'none'
 * @throws TypeError for shapes that don't fit, for temperature beside logitScale; RangeError for partners that are no
 *   sample, shares outside 0…1
 *
 * @example
 * ```ts
 * import { iMixLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 *
 * const [queries, keys] = [1, 2].map(seed => normal(key(seed), [4, 8]))
 * // Query 0 is of sample 0 to 0.7, and of sample 3 to 0.3; and so on.
 * iMixLoss(queries, keys, { partners: [3, 0, 1, 2], shares: [0.7, 0.9, 0.6, 0.8] }).print()
 * ```
 */
export function iMixLoss<R extends Reduction = 'mean'>(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  options: IMixOptions<R>,
): Reduced<R> {
  const where = 'iMixLoss'
  const { partners, shares, normalize = true, reduction = 'mean' } = options
  const logitScale = logitScaleOf(where, options, 1 / 0.1)
  const { n, d } = checkShape(where, { queries }, ['n', 'd'])
  checkShape(where, { keys }, [n, d])
  checkLength(where, { partners, shares }, { exactly: n, each: 'query' })
  checkInteger(where, { partners }, { least: 0, below: n })
  checkNumber(where, { shares }, { least: 0, most: 1 })
  return tf.tidy(() => {
    const q = prepared(queries, normalize)
    const k = prepared(keys, normalize)
    const own = infoNceLoss(q, k, { logitScale, normalize: false, reduction: 'none' })
    // ℓ(i, π(i)) − ℓ(i, i): the sum over all keys is the same in both.
    const others = tf.gather(k, tf.tensor1d(Int32Array.from(partners), 'int32'))
    const dearer = tf.mul(rowProducts(q, tf.sub(k, others) as tf.Tensor2D), logitScale)
    const weights = tf.tensor1d(Float32Array.from(shares, share => 1 - share))
    return reduce(where, tf.add(own, tf.mul(weights, dearer)), reduction, undefined)
  }) as Reduced<R>
}
