import { type BatchPart, checkNumber, checkShape, type RandomKey } from '@chiaro/core'
import { normal, tensorOfRows } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type Reduced, type Reduction, reduce } from './reduction.ts'
import { type EnergyFunction, score, sumOfEvent } from './score.ts'

export interface DenoisingScoreMatchingOptions<R extends Reduction = Reduction> extends BatchPart {
  /** Draws the disturbance: a new one for each step. */
  readonly key: RandomKey
  /** σ of the disturbance, in the data's own unit. */
  readonly deviation: number
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * Denoising score matching (Vincent 2011, "A Connection Between Score Matching and Denoising Autoencoders"): with
 * x̃ = x + σ·ε, ε standard normal, and s(x) = −∇_x E(x),
 *
 *   L_i = ½‖s(x̃_i) + (x̃_i − x_i)/σ²‖² = ½‖s(x̃_i) + ε_i/σ‖²,
 *
 * averaged over rows. First derivatives in x suffice. What is learned is the density of the data blurred by σ: for
 * N(0, s²) the precision 1/(s² + σ²), where L = ½[1/σ² − 1/(s² + σ²)] for each dimension. The 1/σ² in it carries no
 * information but all of the variance, so a small σ needs many rows. The same key gives the same value.
 *
 * @param energy an energy model's `energy`
 * @param x [n, …event] float32
 * @returns a scalar, or [n] with reduction 'none'
 * @throws TypeError for x that is no batch of events, or an energy that gives anything but [n]; RangeError unless
 *   deviation is positive and finite
 *
 * @example
 * ```ts
 * import { denoisingScoreMatchingLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * const x = normal(key(1), [500, 2])
 * denoisingScoreMatchingLoss(energy, x, { key: key(2), deviation: 0.5 }).print()
 * ```
 */
export function denoisingScoreMatchingLoss<R extends Reduction = 'mean'>(
  energy: EnergyFunction,
  x: tf.Tensor,
  options: DenoisingScoreMatchingOptions<R>,
): Reduced<R> {
  const where = 'denoisingScoreMatchingLoss'
  const { key, deviation, reduction = 'mean' } = options
  const { n } = checkShape(where, { x }, ['n', '…event'])
  checkNumber(where, { deviation }, { above: 0 })
  return tf.tidy(() => {
    if (x.size === 0) return reduce(where, tf.zeros([n]), reduction)
    const [, ...event] = x.shape
    const disturbance = tensorOfRows(n, options, count => normal(key, [count, ...event]))
    const disturbed = tf.add(x, tf.mul(disturbance, deviation))
    // ε/σ, not (x̃ − x)/σ²: the difference of rounded numbers would lose digits that 1/σ² then magnifies.
    const residual = tf.add(score(where, energy, disturbed), tf.div(disturbance, deviation))
    return reduce(where, tf.mul(sumOfEvent(tf.square(residual)), 0.5), reduction)
  }) as Reduced<R>
}
