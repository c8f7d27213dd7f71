import * as tf from '@tensorflow/tfjs-core'
import { savedOutput } from '../engine-state.ts'
import { float } from './broadcasting.ts'
import { defineGradient, gradientOfX } from './define-gradient.ts'

/** dx = dy·f′(x). */
function ofInput(kernelName: string, derivative: (x: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return gradientOfX(kernelName, (dy, x) => tf.mul(dy, derivative(float(x))))
}

/** dx = dy·g(y), where f′ is cheaper from the result y = f(x). */
function ofOutput(
  kernelName: string,
  f: (x: tf.Tensor) => tf.Tensor,
  derivative: (y: tf.Tensor) => tf.Tensor,
): tf.GradConfig {
  return defineGradient(kernelName, { inputs: ['x'], outputs: [true] }, (dy, [x, y]) => ({
    x: () => tf.mul(dy, derivative(savedOutput(y, () => f(float(x))))),
  }))
}

/** 2/√π. */
const erfSlope = 2 / Math.sqrt(Math.PI)

/** Functions of one number, applied to each element. */
export const elementaryFunctions: readonly tf.GradConfig[] = [
  ofInput(tf.Abs, x => tf.sign(x)),
  defineGradient(tf.Neg, {}, dy => ({ x: () => tf.neg(dy) })),
  ofInput(tf.Square, x => tf.mul(x, 2)),
  ofOutput(tf.Sqrt, tf.sqrt, y => tf.div(0.5, y)),
  ofInput(tf.Rsqrt, x => tf.div(-0.5, tf.mul(x, tf.sqrt(x)))),
  ofOutput(tf.Reciprocal, tf.reciprocal, y => tf.neg(tf.square(y))),
  ofOutput(tf.Exp, tf.exp, y => y),
  ofOutput(tf.Expm1, tf.expm1, y => tf.add(y, 1)),
  ofInput(tf.Log, x => tf.reciprocal(x)),
  ofInput(tf.Log1p, x => tf.reciprocal(tf.add(x, 1))),
  ofInput(tf.Sin, x => tf.cos(x)),
  ofInput(tf.Cos, x => tf.neg(tf.sin(x))),
  ofOutput(tf.Tan, tf.tan, y => tf.add(tf.square(y), 1)),
  ofInput(tf.Sinh, x => tf.cosh(x)),
  ofInput(tf.Cosh, x => tf.sinh(x)),
  ofOutput(tf.Tanh, tf.tanh, y => tf.sub(1, tf.square(y))),
  ofInput(tf.Asin, x => tf.rsqrt(tf.sub(1, tf.square(x)))),
  ofInput(tf.Acos, x => tf.neg(tf.rsqrt(tf.sub(1, tf.square(x))))),
  ofInput(tf.Atan, x => tf.reciprocal(tf.add(tf.square(x), 1))),
  ofInput(tf.Asinh, x => tf.rsqrt(tf.add(tf.square(x), 1))),
  ofInput(tf.Acosh, x => tf.rsqrt(tf.sub(tf.square(x), 1))),
  ofInput(tf.Atanh, x => tf.reciprocal(tf.sub(1, tf.square(x)))),
  ofInput(tf.Erf, x => tf.mul(tf.exp(tf.neg(tf.square(x))), erfSlope)),
  // |z| of a complex z has a complex gradient, which tfjs's tape refuses; the real case is Abs.
  ofInput(tf.ComplexAbs, x => tf.sign(x)),
]
