import { described, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { checkChannels } from './check-channels.ts'
import { differentiableOp, type TensorsOf } from './differentiable-op.ts'

/** The op names under which kernels are registered with `registerFastKernel`. */
export const LayerNorm = 'LayerNorm'
export const LayerNormGrad = 'LayerNormGrad'

/** Op "LayerNorm" makes [y] of x's shape: x̂·scale + offset, x̂ = (x − mean)/√(variance + epsilon) of each row. */
export interface LayerNormInputs {
  /** […, c] float32; mean and variance (Σ(x − mean)²/c) are over the last axis. */
  readonly x: tf.TensorInfo
  /** [c], as offset. */
  readonly scale: tf.TensorInfo
  readonly offset: tf.TensorInfo
}

/**
 * Op "LayerNormGrad" makes [dx, dscale, doffset]. With d = dy·scale and means over a row,
 *
 *   dx = (d − mean(d) − x̂·mean(d·x̂))/√(variance + epsilon),  dscale = Σ_rows dy·x̂,  doffset = Σ_rows dy.
 */
export interface LayerNormGradInputs {
  readonly x: tf.TensorInfo
  /** Of x's shape. */
  readonly dy: tf.TensorInfo
  readonly scale: tf.TensorInfo
}

export interface LayerNormAttributes {
  readonly epsilon: number
}

export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
}

/**
 * Layer normalisation over the last axis (Ba, Kiros & Hinton 2016): y = scale·(x − mean)/√(variance + epsilon) +
 * offset, each row by its own mean and variance. Differentiable in x, scale and offset, twice. Memory: x is all that
 * the gradient keeps.
 *
 * @param x […, c] float32, rank 2 or more
 * @param scale [c]
 * @param offset [c]
 * @throws TypeError for shapes that don't fit; RangeError when there is no channel
 */
export function layerNorm(
  x: tf.Tensor,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  options: LayerNormOptions = {},
): tf.Tensor {
  const { epsilon = 1e-5 } = options
  checkChannels('layerNorm', x, { scale, offset })
  if (scale.size === 0) throw rangeError('layerNorm', 'x', 'of at least one channel', described(x))
  return op({ x, scale, offset }, { epsilon })
}

const op = differentiableOp({
  name: LayerNorm,
  inputs: ['x', 'scale', 'offset'],
  save: ['x', 'scale'],
  firstOrder: true,
  composed: ({ x, scale, offset }: TensorsOf<LayerNormInputs>, { epsilon }: LayerNormAttributes) =>
    tf.add(tf.mul(standardised(x, epsilon).unit, scale), offset),
  composedGradient: ({ x, scale, dy }, { epsilon }) => {
    const { unit, inverse } = standardised(x, epsilon)
    const d = tf.mul(dy, scale)
    const along = tf.mul(unit, tf.mean(tf.mul(d, unit), -1, true))
    const ofX = tf.mul(tf.sub(tf.sub(d, tf.mean(d, -1, true)), along), inverse)
    const rows = x.shape.map((_, axis) => axis).slice(0, -1)
    return [ofX, tf.sum(tf.mul(dy, unit), rows), tf.sum(dy, rows)]
  },
})

function standardised(x: tf.Tensor, epsilon: number): { unit: tf.Tensor; inverse: tf.Tensor } {
  const centred = tf.sub(x, tf.mean(x, -1, true))
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon))
  return { unit: tf.mul(centred, inverse), inverse }
}
