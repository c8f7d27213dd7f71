import { checkNumber, checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { prepared } from './prepared.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'

export interface AlignmentOptions<R extends Reduction = Reduction> {
  /** α > 0. Default 2. */
  readonly exponent?: number
  /** Whether rows are divided by their lengths first. Default true. */
  readonly normalize?: boolean
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * How close the embeddings of right pairs are (Wang and Isola 2020):
 *
 *   mean over i of ‖x_i − y_i‖^α.
 *
 * 0 is perfect; unit vectors that have nothing to do with one another give 2 at α = 2. Not a loss by itself: all
 * embeddings equal are perfect too, so add `uniformity`. A pair at distance 0 has zero gradient, whatever α.
 *
 * @param x [n, d]
 * @param y [n, d], row i the other view of row i
 * @returns a scalar, or [n] with reduction 'none'; 0 for no pair
 * @throws TypeError for shapes or dtypes that don't fit; RangeError for α ≤ 0
 *
 * @example
 * ```ts
 * import { alignment } from '@chiaro/objectives'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const x = tf.tensor2d([[1, 0], [0, 2]])
 * alignment(x, x).print() // 0
 * alignment(x, tf.reverse(x, 0)).print() // 2: at right angles
 * ```
 */
export function alignment<R extends Reduction = 'mean'>(
  x: tf.Tensor,
  y: tf.Tensor,
  options: AlignmentOptions<R> = {},
): Reduced<R> {
  const where = 'alignment'
  const { exponent = 2, normalize = true, reduction = 'mean' } = options
  checkNumber(where, { exponent }, { above: 0 })
  checkShape(where, { x, y }, ['n', 'd'])
  return tf.tidy(() => {
    const squares = tf.sum(tf.square(tf.sub(prepared(x, normalize), prepared(y, normalize))), 1)
    return reduce(where, exponent === 2 ? squares : power(squares, exponent / 2), reduction)
  }) as Reduced<R>
}

/** squares^p, with a slope of 0 at 0, where that of a root is infinite. */
function power(squares: tf.Tensor, p: number): tf.Tensor {
  const apart = tf.greater(squares, 0)
  const safe = tf.where(apart, squares, tf.onesLike(squares))
  return tf.where(apart, tf.pow(safe, p), tf.zerosLike(squares))
}
