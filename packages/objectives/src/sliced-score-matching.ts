import { type BatchPart, checkInteger, checkShape, type RandomKey } from '@chiaro/core'
import { bernoulli, foldIn, tensorOfRows } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type Reduced, type Reduction, reduce } from './reduction.ts'
import { type EnergyFunction, scoreAlong, sumOfEvent } from './score.ts'

export interface SlicedScoreMatchingOptions<R extends Reduction = Reduction> extends BatchPart {
  /** Draws the directions: a new one for each step. */
  readonly key: RandomKey
  /** Directions for each row. Default 1. */
  readonly projections?: number
  /** Whether ½‖s‖² stands for its estimate ½(v·s)². Default true. */
  readonly varianceReduced?: boolean
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * Sliced score matching (Song, Garg, Shi and Ermon 2019, "Sliced Score Matching"): `scoreMatchingLoss` with its trace
 * seen along random directions. With s(x) = −∇_x E(x) and v of independent ±1,
 *
 *   L_i = mean over v of [ v·∇_x(v·s(x_i)) + ½‖s(x_i)‖² ],   varianceReduced
 *   L_i = mean over v of [ v·∇_x(v·s(x_i)) + ½(v·s(x_i))² ]  otherwise,
 *
 * averaged over rows. Both have the exact loss for expectation, as E vvᵀ = I, at two backward passes a direction
 * whatever the dimension. The same key gives the same value.
 *
 * @param energy an energy model's `energy`, twice differentiable in x
 * @param x [n, …event] float32
 * @returns a scalar, or [n] with reduction 'none'
 * @throws TypeError for x that is no batch of events, or an energy that gives anything but [n]; RangeError unless
 *   projections is a whole number ≥ 1
 *
 * @example
 * ```ts
 * import { slicedScoreMatchingLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * const x = normal(key(1), [500, 3])
 * slicedScoreMatchingLoss(energy, x, { key: key(2), projections: 4 }).print() // about −3/2
 * ```
 */
export function slicedScoreMatchingLoss<R extends Reduction = 'mean'>(
  energy: EnergyFunction,
  x: tf.Tensor,
  options: SlicedScoreMatchingOptions<R>,
): Reduced<R> {
  const where = 'slicedScoreMatchingLoss'
  const { key, projections = 1, varianceReduced = true, reduction = 'mean' } = options
  const { n } = checkShape(where, { x }, ['n', '…event'])
  checkInteger(where, { projections }, { least: 1 })
  return tf.tidy(() => {
    if (x.size === 0) return reduce(where, tf.zeros([n]), reduction)
    const [, ...event] = x.shape
    const losses = Array.from({ length: projections }, (_, i) => {
      const heads = tensorOfRows(n, options, count =>
        tf.cast(bernoulli(foldIn(key, i), [count, ...event], 0.5), 'float32'),
      )
      const direction = tf.sub(tf.mul(heads, 2), 1)
      const along = scoreAlong(where, energy, x, direction)
      const curvature = sumOfEvent(tf.mul(along.derivative, direction))
      const squared = varianceReduced
        ? sumOfEvent(tf.square(along.score))
        : tf.square(sumOfEvent(tf.mul(along.score, direction)))
      return tf.add(curvature, tf.mul(squared, 0.5))
    })
    return reduce(where, tf.div(tf.addN(losses), projections), reduction)
  }) as Reduced<R>
}
