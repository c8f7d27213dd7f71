import { checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Reduced, type Reduction, reduce } from './reduction.ts'
import { type EnergyFunction, scoreAlong, sumOfEvent } from './score.ts'

export interface ScoreMatchingOptions<R extends Reduction = Reduction> {
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * Score matching (Hyvärinen 2005, "Estimation of Non-Normalized Statistical Models by Score Matching"), exact: with
 * s(x) = ∇_x log p(x) = −∇_x E(x),
 *
 *   L_i = ½‖s(x_i)‖² + tr ∇_x s(x_i),
 *
 * averaged over rows; up to a constant of the data, half the squared distance between the scores of model and data.
 * It needs no partition, no noise and no sampler. The energy must be twice differentiable in x: ReLU networks have a
 * trace of 0 almost everywhere and learn nothing here; take softplus, SiLU or tanh. A Gaussian has its minimum at the
 * sample mean and covariance, where L = −½ tr of the precision.
 *
 * The trace takes one backward pass for each of the event's d numbers, all of them kept while a gradient with respect
 * to parameters is recorded: for more than some tens, `slicedScoreMatchingLoss`.
 *
 * @param energy an energy model's `energy`; its variables get gradients through `tf.variableGrads`
 * @param x [n, …event] float32
 * @returns a scalar, or [n] with reduction 'none'
 * @throws TypeError for x that is no batch of events, or an energy that gives anything but [n]
 *
 * @example
 * ```ts
 * import { scoreMatchingLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const precision = tf.variable(tf.scalar(0.5))
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), tf.mul(precision, 0.5))
 * const x = normal(key(1), [500, 2])
 * const { value, grads } = tf.variableGrads(() => scoreMatchingLoss(energy, x))
 * console.log(value.dataSync(), grads[precision.name].dataSync()) // below 0: the precision is too low
 * ```
 */
export function scoreMatchingLoss<R extends Reduction = 'mean'>(
  energy: EnergyFunction,
  x: tf.Tensor,
  options: ScoreMatchingOptions<R> = {},
): Reduced<R> {
  const where = 'scoreMatchingLoss'
  const { reduction = 'mean' } = options
  const { n } = checkShape(where, { x }, ['n', '…event'])
  return tf.tidy(() => {
    if (x.size === 0) return reduce(where, tf.zeros([n]), reduction)
    const dimension = x.size / n
    let losses: tf.Tensor | undefined
    for (let axis = 0; axis < dimension; axis++) {
      const along = scoreAlong(where, energy, x, unitVectors(x, axis))
      // The score is the same in every pass; it counts once.
      losses ??= tf.mul(sumOfEvent(tf.square(along.score)), 0.5)
      const diagonal = tf.slice(tf.reshape(along.derivative, [n, dimension]), [0, axis], [n, 1])
      losses = tf.add(losses, tf.reshape(diagonal, [n]))
    }
    return reduce(where, losses as tf.Tensor, reduction)
  }) as Reduced<R>
}

/** Like x, 1 at one place of every event and 0 elsewhere. (tf.oneHot refuses a single place.) */
function unitVectors(x: tf.Tensor, axis: number): tf.Tensor {
  const [n, dimension] = [x.shape[0], x.size / x.shape[0]]
  const unit = Float32Array.from({ length: dimension }, (_, place) => (place === axis ? 1 : 0))
  return tf.reshape(tf.add(tf.zeros([n, dimension]), tf.tensor1d(unit)), x.shape)
}
