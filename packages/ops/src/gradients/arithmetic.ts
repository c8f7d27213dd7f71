import * as tf from '@tensorflow/tfjs-core'
import { savedOutput } from '../engine-state.ts'
import { float, noGradient, sumTo } from './broadcasting.ts'
import { defineGradient } from './define-gradient.ts'

const ab = { inputs: ['a', 'b'] }

/** Where of two numbers the first wins. At a tie the gradient goes to `a`, as forward. */
function choice(kernelName: string, aWins: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return defineGradient(kernelName, ab, (dy, [a, b]) => ({
    a: () => sumTo(tf.mul(dy, float(aWins(a, b))), a.shape),
    b: () => sumTo(tf.mul(dy, float(tf.logicalNot(aWins(a, b)))), b.shape),
  }))
}

/** Two-operand arithmetic with broadcasting. */
export const arithmetic: readonly tf.GradConfig[] = [
  defineGradient(tf.Add, ab, (dy, [a, b]) => ({
    a: () => sumTo(dy, a.shape),
    b: () => sumTo(dy, b.shape),
  })),
  defineGradient(tf.AddN, { allInputs: true }, (dy, saved) =>
    Object.fromEntries(saved.map((_, i) => [i, () => tf.clone(dy)])),
  ),
  defineGradient(tf.Sub, ab, (dy, [a, b]) => ({
    a: () => sumTo(dy, a.shape),
    b: () => tf.neg(sumTo(dy, b.shape)),
  })),
  defineGradient(tf.Multiply, ab, (dy, [a, b]) => ({
    a: () => sumTo(tf.mul(dy, float(b)), a.shape),
    b: () => sumTo(tf.mul(dy, float(a)), b.shape),
  })),
  defineGradient(tf.RealDiv, ab, (dy, [a, b]) => ({
    a: () => sumTo(tf.div(dy, float(b)), a.shape),
    b: () => sumTo(tf.neg(tf.div(tf.mul(dy, float(a)), tf.square(float(b)))), b.shape),
  })),
  // Piecewise constant: stock tfjs gives it the gradient of a true division.
  defineGradient(tf.FloorDiv, ab, (_, [a, b]) => ({ a: noGradient(a), b: noGradient(b) })),
  // a mod b = a − b⌊a/b⌋.
  defineGradient(tf.Mod, ab, (dy, [a, b]) => ({
    a: () => sumTo(dy, a.shape),
    b: () => sumTo(tf.neg(tf.mul(dy, tf.floor(tf.div(float(a), float(b))))), b.shape),
  })),
  // d/da aᵇ = b·aᵇ⁻¹; d/db aᵇ = aᵇ log a, taken as 0 where a ≤ 0.
  defineGradient(tf.Pow, { inputs: ['a', 'b'], outputs: [true] }, (dy, [a, b, saved]) => ({
    a: () => sumTo(tf.mul(dy, tf.mul(float(b), tf.pow(float(a), tf.sub(float(b), 1)))), a.shape),
    b: () => {
      const positive = tf.greater(a, 0)
      const log = tf.log(tf.where(positive, float(a), tf.onesLike(float(a))))
      const y = savedOutput(saved, () => tf.pow(a, b))
      return sumTo(tf.mul(dy, tf.mul(float(y), log)), b.shape)
    },
  })),
  defineGradient(tf.SquaredDifference, ab, (dy, [a, b]) => {
    const slope = () => tf.mul(dy, tf.mul(tf.sub(float(a), float(b)), 2))
    return { a: () => sumTo(slope(), a.shape), b: () => tf.neg(sumTo(slope(), b.shape)) }
  }),
  choice(tf.Maximum, tf.greaterEqual),
  choice(tf.Minimum, tf.lessEqual),
  // atan2(a, b): a is the ordinate.
  defineGradient(tf.Atan2, ab, (dy, [a, b]) => {
    const squaredRadius = () => tf.add(tf.square(a), tf.square(b))
    return {
      a: () => sumTo(tf.mul(dy, tf.div(b, squaredRadius())), a.shape),
      b: () => sumTo(tf.neg(tf.mul(dy, tf.div(a, squaredRadius()))), b.shape),
    }
  }),
]
