import * as tf from '@tensorflow/tfjs-core'
import { fastOr } from './differentiable-op.ts'

/** The op name under which a kernel is registered with `registerFastKernel`: a list of float32 tensors to [scalar]. */
export const SquaredNorm = 'SquaredNorm'

/**
 * Σ x² over all numbers of all tensors, as one scalar: the square of a gradient's global norm. ∞ where it leaves
 * float32, NaN where a number is NaN. 0 for no tensors. Has no gradient.
 */
export function squaredNorm(tensors: readonly tf.Tensor[]): tf.Scalar {
  if (tensors.length === 0) return tf.scalar(0)
  // Not addN: on WebGPU that binds every tensor at once, and of more than its limit (8 to 10) nothing is computed.
  const composed = () => [tf.sum(tf.stack(tensors.map(tensor => tf.sum(tf.square(tensor)))))]
  const fits = tensors.every(({ dtype }) => dtype === 'float32')
  return fastOr(SquaredNorm, () => tensors, {}, composed, { fits })[0] as tf.Scalar
}
