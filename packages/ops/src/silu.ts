import { checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { differentiableOp } from './differentiable-op.ts'

/**
 * The op names under which kernels are registered with `registerFastKernel`; both or none for a backend. "Silu" makes
 * [y] of x, "SiluGrad" [dx] of x and dy, all float32 of one shape.
 */
export const Silu = 'Silu'
export const SiluGrad = 'SiluGrad'

/**
 * The sigmoid-weighted linear unit x·σ(x) (Elfwing, Uchibe and Doya 2018), also called swish. The gradient is
 * σ(x)·(1 + x·(1 − σ(x))), and has derivatives of any order. Memory: x is all that it keeps.
 *
 * @param x float32 of any shape
 * @throws TypeError for another dtype
 */
export function silu<T extends tf.Tensor>(x: T): T {
  checkShape('silu', { x }, ['…'])
  return op({ x }, {}) as T
}

const op = differentiableOp({
  name: Silu,
  inputs: ['x'],
  save: ['x'],
  composed: ({ x }: { readonly x: tf.Tensor }) => tf.mul(x, tf.sigmoid(x)),
  composedGradient: ({ x, dy }) => {
    const s = tf.sigmoid(x)
    return [tf.mul(dy, tf.mul(s, tf.add(tf.mul(x, tf.sub(1, s)), 1)))]
  },
})
