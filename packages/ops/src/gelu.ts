import { checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { differentiableOp } from './differentiable-op.ts'

/**
 * The op names under which kernels are registered with `registerFastKernel`; both or none for a backend. "Gelu" makes
 * [y] of x, "GeluGrad" [dx] of x and dy, all float32 of one shape.
 */
export const Gelu = 'Gelu'
export const GeluGrad = 'GeluGrad'

/**
 * The Gaussian error linear unit in its exact form, x·Φ(x) = x·(1 + erf(x/√2))/2 (Hendrycks & Gimpel 2016). The
 * gradient is Φ(x) + x·φ(x), φ the normal density. Memory: x is all that the gradient keeps. The accuracy is that of
 * the backend's erf, about 1e-6 of |x|; a kernel's may be better.
 *
 * @param x float32 of any shape
 * @throws TypeError for another dtype
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  checkShape('gelu', { x }, ['…'])
  return op({ x }, {}) as T
}

const op = differentiableOp({
  name: Gelu,
  inputs: ['x'],
  save: ['x'],
  firstOrder: true,
  composed: ({ x }: { readonly x: tf.Tensor }) => tf.mul(x, cumulative(x)),
  composedGradient: ({ x, dy }) => [tf.mul(dy, tf.add(cumulative(x), tf.mul(x, density(x))))],
})

/** Φ(x). */
function cumulative(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5)
}

/** φ(x) = exp(−x²/2)/√2π. */
function density(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
}
