import * as tf from '@tensorflow/tfjs-core'
import { fastOr } from '../differentiable-op.ts'
import { savedOutput } from '../engine-state.ts'
import { float, sumTo } from './broadcasting.ts'
import { defineGradient, gradientOfX } from './define-gradient.ts'

/**
 * The op name under which a kernel is registered with `registerFastKernel`: [dx] = y∘(dy − Σ dy∘y) along the last axis, of
 * a softmax y and dy, float32 of one shape.
 */
export const SoftmaxGrad = 'SoftmaxGrad'

/** SELU's constants (Klambauer et al. 2017), as tfjs's kernels use them. */
const seluScale = 1.0507009873554805
const seluAlpha = 1.6732632423543772

/** Neural networks' nonlinearities. At a kink at 0 the slope is that of the negative side, as forward. */
export const activations: readonly tf.GradConfig[] = [
  gradientOfX(tf.Relu, (dy, x) => tf.mul(dy, tf.step(float(x)))),
  gradientOfX(tf.Relu6, (dy, x) => tf.mul(dy, float(tf.logicalAnd(tf.greater(x, 0), tf.less(x, 6))))),
  gradientOfX<{ alpha: number }>(tf.LeakyRelu, (dy, x, { alpha }) => tf.mul(dy, tf.step(float(x), alpha))),
  defineGradient(tf.Prelu, { inputs: ['x', 'alpha'] }, (dy, [x, alpha]) => ({
    x: () => tf.where(tf.greater(x, 0), dy, tf.mul(dy, alpha)),
    alpha: () => sumTo(tf.mul(dy, tf.minimum(x, 0)), alpha.shape),
  })),
  // y + 1 = exp(x) below 0. Made of ops rather than by the EluGrad kernel, so that it has a gradient itself.
  defineGradient(tf.Elu, { inputs: ['x'], outputs: [true] }, (dy, [x, saved]) => ({
    x: () => {
      const y = savedOutput(saved, () => tf.elu(x))
      return tf.mul(dy, tf.add(tf.minimum(y, 0), 1))
    },
  })),
  gradientOfX(tf.Selu, (dy, x) => {
    const slope = tf.where(tf.greater(x, 0), tf.onesLike(x), tf.mul(seluAlpha, tf.exp(tf.minimum(x, 0))))
    return tf.mul(dy, tf.mul(slope, seluScale))
  }),
  defineGradient(tf.Sigmoid, { inputs: ['x'], outputs: [true] }, (dy, [x, saved]) => ({
    x: () => {
      const y = savedOutput(saved, () => tf.sigmoid(x))
      return tf.mul(dy, tf.mul(y, tf.sub(1, y)))
    },
  })),
  gradientOfX(tf.Softplus, (dy, x) => tf.mul(dy, tf.sigmoid(x))),
  // With p = softmax(z) and along its axis: dz = p(dy − Σ dy·p).
  defineGradient<{ dim: number }>(
    tf.Softmax,
    { inputs: ['logits'], outputs: [true] },
    (dy, saved, { dim }) => ({
      logits: () => {
        const y = savedOutput(saved[1], () => tf.softmax(saved[0], dim))
        const composed = () => {
          const weighted = tf.mul(dy, y)
          return [tf.sub(weighted, tf.mul(tf.sum(weighted, dim, true), y))]
        }
        const fits = dim === y.rank - 1 && dy.dtype === 'float32'
        return fastOr(SoftmaxGrad, () => ({ y, dy }), {}, composed, { derivatives: 0, fits })[0]
      },
    }),
  ),
  defineGradient<{ axis: number }>(tf.LogSoftmax, { inputs: ['logits'] }, (dy, [logits], { axis }) => ({
    logits: () => tf.sub(dy, tf.mul(tf.sum(dy, axis, true), tf.softmax(logits, axis))),
  })),
  gradientOfX<{ clipValueMin: number; clipValueMax: number }>(
    tf.ClipByValue,
    (dy, x, { clipValueMin, clipValueMax }) => {
      const inside = tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax))
      return tf.where(inside, dy, tf.zerosLike(dy))
    },
  ),
]
