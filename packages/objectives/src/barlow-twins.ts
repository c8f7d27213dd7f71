import { checkNumber, checkShape } from '@chiaro/core'
// What comes out is differentiated: this registers the gradients.
import '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

export interface BarlowTwinsOptions {
  /** λ ≥ 0, the weight of redundancy beside invariance. Default 0.0051, as the authors take it. */
  readonly offDiagonalWeight?: number
}

/**
 * Redundancy reduction (Zbontar et al. 2021), without negatives: C_ab is the correlation over the batch of feature a of
 * x with feature b of y, and
 *
 *   Σ_a (1 − C_aa)² + λ Σ_{a≠b} C_ab²,
 *
 * a sum over features, so it grows with d. Features are centred and divided by √(var + 1e-5), var over n, as the
 * authors' batch normalisation does: a constant feature correlates with nothing and costs 1, with finite gradients. So
 * do all features of a batch of one row. Embeddings are not divided by their lengths. No row gives 0.
 *
 * Memory: one d×d matrix.
 *
 * @param x [n, d]
 * @param y [n, d], row i the other view of row i
 * @returns a scalar
 * @throws TypeError for shapes or dtypes that don't fit; RangeError for a weight below 0
 *
 * @example
 * ```ts
 * import { barlowTwinsLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 *
 * const [x, y] = [1, 2].map(seed => normal(key(seed), [64, 8]))
 * barlowTwinsLoss(x, x).print() // what the features of a view say of each other
 * barlowTwinsLoss(x, y).print() // nearly 8 more: no feature agrees
 * ```
 */
export function barlowTwinsLoss(x: tf.Tensor, y: tf.Tensor, options: BarlowTwinsOptions = {}): tf.Scalar {
  const where = 'barlowTwinsLoss'
  const { offDiagonalWeight = 0.0051 } = options
  checkNumber(where, { offDiagonalWeight }, { least: 0 })
  const { n, d } = checkShape(where, { x, y }, ['n', 'd'])
  return tf.tidy(() => {
    if (x.size === 0) return tf.sum(tf.zerosLike(tf.sub(x, y)))
    const correlation = tf.div(tf.matMul(standardised(x), standardised(y), true, false), n)
    const diagonal = tf.square(tf.sub(1, correlation))
    const rest = tf.mul(tf.square(correlation), offDiagonalWeight)
    return tf.sum(tf.where(tf.cast(tf.eye(d), 'bool'), diagonal, rest))
  }) as tf.Scalar
}

function standardised(x: tf.Tensor): tf.Tensor2D {
  const centred = tf.sub(x, tf.mean(x, 0, true))
  const variance = tf.mean(tf.square(centred), 0, true)
  return tf.div(centred, tf.sqrt(tf.add(variance, 1e-5)))
}
