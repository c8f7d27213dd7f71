import { described, rangeError, type SumOverRanks } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { batchNormOverRanks } from './batch-norm-over-ranks.ts'
import { ChannelNorm, channelMoments, channelNorm, momentsOf, normalised } from './channel-norm.ts'
import { checkChannels } from './check-channels.ts'
import { fastOr } from './differentiable-op.ts'
import { gradientDepth } from './engine-state.ts'
import { stopGradient } from './stop-gradient.ts'

export interface BatchNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
  /** Applied to the result, in the same pass. Default 'linear': none. */
  readonly activation?: 'linear' | 'relu'
  /**
   * Of ranks that train together, each with rows of its own: the moments are those of the rows of all, and so is the
   * gradient in x; those in scale and offset are this rank's share of a sum. Default: x is all there is.
   */
  readonly sumOverRanks?: SumOverRanks
}

export interface BatchNormResult {
  /** Of x's shape. */
  readonly y: tf.Tensor
  /** [c], of this batch; without gradient, for running statistics. */
  readonly mean: tf.Tensor1D
  /** [c], Σ(x − mean)²/n; without gradient. */
  readonly variance: tf.Tensor1D
  /** How many rows the two are of: x's, or those of all ranks. */
  readonly rows: number
}

/**
 * Batch normalisation with the batch's own statistics (Ioffe & Szegedy 2015, algorithm 1), over all axes but the
 * last: y = activation(scale · (x − mean)/√(variance + epsilon) + offset). The gradient goes through mean and
 * variance. Memory: x is all that the gradient keeps. Over ranks two sums of a number a channel are taken on the way there,
 * and one on the way back; there is no second derivative.
 *
 * @param x […, c]
 * @param scale [c]
 * @param offset [c]
 * @throws TypeError for shapes that don't fit; RangeError when there is no row;
 *   ChiaroError ('argument-conflict') for a second derivative over ranks
 */
export function batchNormTraining(
  x: tf.Tensor,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  options: BatchNormOptions = {},
): BatchNormResult {
  const { epsilon = 1e-5, activation = 'linear', sumOverRanks } = options
  checkChannels('batchNormTraining', x, { scale, offset })
  if (x.size === 0) throw rangeError('batchNormTraining', 'x', 'of at least one row', described(x))
  const given = { x, scale, offset }
  const attributes = { epsilon, activation }
  const rows = x.size / scale.size
  if (sumOverRanks !== undefined) return batchNormOverRanks(given, attributes, sumOverRanks)
  if (gradientDepth() > 1) {
    // Moments that depend on x, for the composed form.
    const { mean, variance } = momentsOf(x)
    const y = channelNorm({ ...given, mean, variance }, attributes)
    return { y, mean: stopGradient(mean), variance: stopGradient(variance), rows }
  }
  const { mean, variance } = channelMoments(x)
  return { y: channelNorm({ ...given, mean, variance }, attributes), mean, variance, rows }
}

/**
 * Normalisation with given statistics, as at inference: activation(scale · (x − mean)/√(variance + epsilon) +
 * offset). Differentiable in x, scale and offset; mean and variance are constants.
 *
 * @param x […, c]
 * @param mean [c], as the others
 * @throws TypeError for shapes that don't fit
 */
export function batchNormInference(
  x: tf.Tensor,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  options: Omit<BatchNormOptions, 'sumOverRanks'> = {},
): tf.Tensor {
  const { epsilon = 1e-5, activation = 'linear' } = options
  checkChannels('batchNormInference', x, { mean, variance, scale, offset })
  const attributes = { epsilon, activation }
  const inputs = { x, mean, variance, scale, offset }
  const composed = () => {
    const constants = { mean: stopGradient(mean), variance: stopGradient(variance) }
    return [normalised({ ...inputs, ...constants }, attributes)]
  }
  // The kernel's gradient is that through the batch's own statistics.
  return fastOr(ChannelNorm, () => inputs, attributes, composed, { derivatives: 0 })[0]
}
