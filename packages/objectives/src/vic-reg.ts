import { checkNumber, checkShape } from '@chiaro/core'
// What comes out is differentiated: this registers the gradients.
import '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

export interface VicRegOptions {
  /** λ ≥ 0. Default 25. */
  readonly invarianceWeight?: number
  /** μ ≥ 0. Default 25. */
  readonly varianceWeight?: number
  /** ν ≥ 0. Default 1. */
  readonly covarianceWeight?: number
}

/**
 * Variance, invariance, covariance (Bardes et al. 2022), without negatives:
 *
 *   λ·mean_{i,c} (x_ic − y_ic)² + μ·½[v(x) + v(y)] + ν·[c(x) + c(y)],
 *   v(x) = mean_c max(0, 1 − √(var_c + 1e-4)),   c(x) = 1/d Σ_{a≠b} Cov_ab²,
 *
 * var and Cov over the batch, divided by n − 1. Weights and means are those of the authors' training code; their
 * equations print v(x) + v(y) without the ½ and the squared distance of rows without 1/d. Embeddings are not
 * normalised. Batches of one row have variance 0: v = 0.99, never NaN. No row gives 0.
 *
 * Memory: one d×d matrix a view.
 *
 * @param x [n, d]
 * @param y [n, d], row i the other view of row i
 * @returns a scalar
 * @throws TypeError for shapes or dtypes that don't fit; RangeError for weights below 0
 *
 * @example
 * ```ts
 * import { vicRegLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const x = normal(key(1), [64, 16])
 * vicRegLoss(x, tf.add(x, normal(key(2), [64, 16], { standardDeviation: 0.1 }))).print()
 * vicRegLoss(tf.ones([64, 16]), tf.ones([64, 16])).print() // 24.75: collapsed
 * ```
 */
export function vicRegLoss(x: tf.Tensor, y: tf.Tensor, options: VicRegOptions = {}): tf.Scalar {
  const where = 'vicRegLoss'
  const { invarianceWeight = 25, varianceWeight = 25, covarianceWeight = 1 } = options
  checkNumber(where, { invarianceWeight, varianceWeight, covarianceWeight }, { least: 0 })
  checkShape(where, { x, y }, ['n', 'd'])
  return tf.tidy(() => {
    const difference = tf.sub(x, y)
    if (x.size === 0) return tf.sum(tf.zerosLike(difference))
    const [a, b] = [spread(x), spread(y)]
    return tf.addN([
      tf.mul(tf.mean(tf.square(difference)), invarianceWeight),
      tf.mul(tf.add(a.variance, b.variance), varianceWeight / 2),
      tf.mul(tf.add(a.covariance, b.covariance), covarianceWeight),
    ])
  }) as tf.Scalar
}

/** v and c of a view. */
function spread(x: tf.Tensor) {
  const [n, d] = x.shape
  // A lone row lies at its mean: 0 over 1, not 0 over 0.
  const others = Math.max(1, n - 1)
  const centred = tf.sub(x, tf.mean(x, 0, true)) as tf.Tensor2D
  const deviation = tf.sqrt(tf.add(tf.div(tf.sum(tf.square(centred), 0), others), 1e-4))
  const squares = tf.square(tf.div(tf.matMul(centred, centred, true, false), others))
  const offDiagonal = tf.where(tf.cast(tf.eye(d), 'bool'), tf.zerosLike(squares), squares)
  return {
    variance: tf.mean(tf.relu(tf.sub(1, deviation))),
    covariance: tf.div(tf.sum(offDiagonal), d),
  }
}
