import * as tf from '@tensorflow/tfjs-core'
import { differentiableOp, fastOr, type TensorsOf } from './differentiable-op.ts'
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

/** The normalised rows, differentiable; its gradient takes mean and variance for those of x itself. */
export const channelNorm = differentiableOp({
  name: ChannelNorm,
  inputs: ['x', 'scale', 'offset'],
  save: ['x', 'scale', 'offset', 'mean', 'variance'],
  firstOrder: true,
  composed: normalised,
  composedGradient,
})

function composedGradient(
  { x, dy, mean, variance, scale, offset }: TensorsOf<ChannelNormGradInputs>,
  { epsilon, activation }: ChannelNormAttributes,
): tf.Tensor[] {
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
}

/** What "ChannelNorm" makes, by the kernel where there is one, without a gradient. */
export function channelNormForward(
  inputs: TensorsOf<ChannelNormInputs>,
  attributes: ChannelNormAttributes,
): tf.Tensor {
  return fastOr(
    ChannelNorm,
    () => inputs,
    attributes,
    () => [normalised(inputs, attributes)],
  )[0]
}

/** What "ChannelNormGrad" makes: [dx, dscale, doffset], with the sums of these rows alone. */
export function channelNormGradient(
  inputs: TensorsOf<ChannelNormGradInputs>,
  attributes: ChannelNormAttributes,
): tf.Tensor[] {
  return fastOr(
    ChannelNormGrad,
    () => inputs,
    attributes,
    () => composedGradient(inputs, attributes),
  )
}

/** What "ChannelMoments" makes, without a gradient. */
export function channelMoments(x: tf.Tensor): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const composed = () => {
    const { mean, variance } = momentsOf(stopGradient(x))
    return [mean, variance]
  }
  const [mean, variance] = fastOr(ChannelMoments, () => ({ x }), {}, composed) as tf.Tensor1D[]
  return { mean, variance }
}

/** Mean and variance by channel, differentiable. */
export function momentsOf(x: tf.Tensor): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1)
  const mean = tf.mean(x, axes) as tf.Tensor1D
  return { mean, variance: tf.mean(tf.square(tf.sub(x, mean)), axes) as tf.Tensor1D }
}

/** The op's composed form. */
export function normalised(
  { x, mean, variance, scale, offset }: TensorsOf<ChannelNormInputs>,
  { epsilon, activation }: ChannelNormAttributes,
): tf.Tensor {
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)))
  const y = tf.add(tf.mul(tf.sub(x, mean), factor), offset)
  return activation === 'relu' ? tf.relu(y) : y
}
