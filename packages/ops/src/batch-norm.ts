import { described, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { checkChannels } from './check-channels.ts'
import { differentiableOp, fastOr, type TensorsOf } from './differentiable-op.ts'
import { gradientDepth } from './engine-state.ts'
import { stopGradient } from './stop-gradient.ts'

/** The op names under which kernels are registered with `registerFastKernel`. */
export const ChannelMoments = 'ChannelMoments'
export const ChannelNorm = 'ChannelNorm'
export const ChannelNormGrad = 'ChannelNormGrad'

/** Op "ChannelMoments" makes [mean [c], variance [c]] of x over all axes but the last; the variance is Σ(x − mean)²/n. */
export interface ChannelMomentsInputs {
  /** […, c] float32, with at least one row. */
  readonly x: tf.TensorInfo
}

/** Op "ChannelNorm" makes y of x's shape: activation(x̂ · scale + offset) with x̂ = (x − mean)/√(variance + epsilon). */
export interface ChannelNormInputs extends ChannelMomentsInputs {
  /** [c], as the others below. */
  readonly mean: tf.TensorInfo
  readonly variance: tf.TensorInfo
  readonly scale: tf.TensorInfo
  readonly offset: tf.TensorInfo
}

/**
 * Op "ChannelNormGrad" makes [dx, dscale, doffset], with mean and variance those of x itself. With d = dy where the
 * activation lets it through, and n rows,
 *
 *   doffset = Σ d,  dscale = Σ d·x̂,  dx = scale/√(variance + epsilon) · (d − doffset/n − x̂·dscale/n).
 */
export interface ChannelNormGradInputs extends ChannelNormInputs {
  /** Of x's shape. */
  readonly dy: tf.TensorInfo
}

export interface ChannelNormAttributes {
  readonly epsilon: number
  readonly activation: 'linear' | 'relu'
}

export interface BatchNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
  /** Applied to the result, in the same pass. Default 'linear': none. */
  readonly activation?: 'linear' | 'relu'
}

export interface BatchNormResult {
  /** Of x's shape. */
  readonly y: tf.Tensor
  /** [c], of this batch; without gradient, for running statistics. */
  readonly mean: tf.Tensor1D
  /** [c], Σ(x − mean)²/n; without gradient. */
  readonly variance: tf.Tensor1D
}

/**
 * Batch normalisation with the batch's own statistics (Ioffe & Szegedy 2015, algorithm 1), over all axes but the
 * last: y = activation(scale · (x − mean)/√(variance + epsilon) + offset). The gradient goes through mean and
 * variance. Memory: x is all that the gradient keeps.
 *
 * @param x […, c]
 * @param scale [c]
 * @param offset [c]
 * @throws TypeError for shapes that don't fit; RangeError when there is no row
 */
export function batchNormTraining(
  x: tf.Tensor,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  options: BatchNormOptions = {},
): BatchNormResult {
  const { epsilon = 1e-5, activation = 'linear' } = options
  checkChannels('batchNormTraining', x, { scale, offset })
  if (x.size === 0) throw rangeError('batchNormTraining', 'x', 'of at least one row', described(x))
  const given = { x, scale, offset }
  const attributes = { epsilon, activation }
  if (gradientDepth() > 1) {
    // Moments that depend on x, for the composed form.
    const { mean, variance } = momentsOf(x)
    const y = op({ ...given, mean, variance }, attributes)
    return { y, mean: stopGradient(mean), variance: stopGradient(variance) }
  }
  const composedMoments = () => {
    const moments = momentsOf(stopGradient(x))
    return [moments.mean, moments.variance]
  }
  const [mean, variance] = fastOr(ChannelMoments, () => ({ x }), {}, composedMoments) as tf.Tensor1D[]
  return { y: op({ ...given, mean, variance }, attributes), mean, variance }
}

const op = differentiableOp({
  name: ChannelNorm,
  inputs: ['x', 'scale', 'offset'],
  save: ['x', 'scale', 'offset', 'mean', 'variance'],
  firstOrder: true,
  composed: normalised,
  composedGradient: ({ x, dy, mean, variance, scale, offset }, { epsilon, activation }) => {
    const channels = mean.size
    const rows = x.size / channels
    const inverse = tf.rsqrt(tf.add(variance, epsilon))
    const unit = tf.reshape(tf.mul(tf.sub(x, mean), inverse), [rows, channels])
    const flat = tf.reshape(dy, [rows, channels])
    const through = activation === 'relu' ? tf.step(tf.add(tf.mul(unit, scale), offset)) : undefined
    const d = through === undefined ? flat : tf.mul(flat, through)
    const ofOffset = tf.sum(d, 0)
    const ofScale = tf.sum(tf.mul(d, unit), 0)
    const centred = tf.sub(tf.sub(d, tf.div(ofOffset, rows)), tf.mul(unit, tf.div(ofScale, rows)))
    return [tf.reshape(tf.mul(centred, tf.mul(scale, inverse)), x.shape), ofScale, ofOffset]
  },
})

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
  options: BatchNormOptions = {},
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

function momentsOf(x: tf.Tensor): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1)
  const mean = tf.mean(x, axes) as tf.Tensor1D
  return { mean, variance: tf.mean(tf.square(tf.sub(x, mean)), axes) as tf.Tensor1D }
}

function normalised(
  { x, mean, variance, scale, offset }: TensorsOf<ChannelNormInputs>,
  { epsilon, activation }: ChannelNormAttributes,
): tf.Tensor {
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)))
  const y = tf.add(tf.mul(tf.sub(x, mean), factor), offset)
  return activation === 'relu' ? tf.relu(y) : y
}
