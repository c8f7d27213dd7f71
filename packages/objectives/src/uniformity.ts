import { checkNumber, checkShape } from '@chiaro/core'
import { logSumExp, pairwiseLogSumExp } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { prepared } from './prepared.ts'

export interface UniformityOptions {
  /** t > 0, how sharply near pairs are told from far ones. Default 2, as the authors take it. */
  readonly t?: number
  /** Whether rows are divided by their lengths first. Default true. */
  readonly normalize?: boolean
}

/**
 * How evenly embeddings lie on the sphere, in nats (Wang and Isola 2020):
 *
 *   log mean over pairs i < j of exp(−t·‖x_i − x_j‖²).
 *
 * Lower is more even. All rows equal give 0, the maximum; the uniform distribution on the sphere of R^d gives
 * −2t + log ₀F₁(; d/2; t²), at t = 2 −1.575 for d = 2 and −3.938 for d = 128. A pair i = j does not count. Fewer than two rows
 * have no pair and give 0 with zero gradient.
 *
 * ‖x_i − x_j‖² is taken as ‖x_i‖² + ‖x_j‖² − 2·x_iᵀx_j, so that the n×n distances are never stored; where that rounds
 * below 0, the result still never exceeds 0. Rows far longer than their distances lose digits when not normalised.
 *
 * @param x [n, d]
 * @returns a scalar
 * @throws TypeError for shapes or dtypes that don't fit; RangeError for t ≤ 0
 *
 * @example
 * ```ts
 * import { uniformity } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * uniformity(tf.ones([100, 8])).print() // 0: all in one place
 * uniformity(normal(key(1), [1000, 8])).print() // about −3.08: all over the sphere
 * ```
 */
export function uniformity(x: tf.Tensor, options: UniformityOptions = {}): tf.Scalar {
  const where = 'uniformity'
  const { t = 2, normalize = true } = options
  checkNumber(where, { t }, { above: 0 })
  const { n } = checkShape(where, { x }, ['n', 'd'])
  return tf.tidy(() => {
    if (n < 2) return tf.sum(tf.zerosLike(x))
    const z = prepared(x, normalize)
    const lengths = tf.mul(tf.sum(tf.square(z), 1, true), t)
    // −t·‖x_i − x_j‖² = [2t·x_i, 1]ᵀ[x_j, −t·‖x_j‖²] − t·‖x_i‖².
    const queries = tf.concat([tf.mul(z, 2 * t), tf.ones([n, 1])], 1) as tf.Tensor2D
    const keys = tf.concat([z, tf.neg(lengths)], 1) as tf.Tensor2D
    const rowOffset = tf.squeeze(lengths, [1]) as tf.Tensor1D
    const rows = pairwiseLogSumExp(queries, keys, { mask: { excludeSelf: true }, rowOffset })
    return tf.minimum(tf.sub(logSumExp(rows), Math.log(n * (n - 1))), 0)
  }) as tf.Scalar
}
