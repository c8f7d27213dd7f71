import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, gradientCase, int32, spaced, uniform } from './gradient-case.ts'

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor

/** Same shapes, a scalar, a row, a column against a row, and a missing rank. */
const broadcasts: readonly [number[], number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], []],
  [[3], [2, 3]],
  [
    [2, 1],
    [1, 3],
  ],
  [
    [2, 1, 2],
    [3, 1],
  ],
]

const binary = (kernel: string, f: Binary, low = -1, high = 1): GradientCase[] =>
  broadcasts.map(([a, b]) =>
    gradientCase(kernel, `[${a}] with [${b}]`, [uniform(a, low, high), uniform(b, low, high)], (x, y) =>
      f(x, y),
    ),
  )

const kinked = (kernel: string, f: Binary): GradientCase[] =>
  broadcasts.map(([a, b]) =>
    // Offset by half a step, so that no element of one equals one of the other.
    gradientCase(kernel, `[${a}] with [${b}]`, [spaced(a), spaced(b)], (x, y) => f(x, tf.add(y, 0.1))),
  )

const unary = (kernel: string, f: (x: tf.Tensor) => tf.Tensor, low = -1, high = 1): GradientCase =>
  gradientCase(kernel, `in (${low}, ${high})`, [uniform([2, 4], low, high)], x => f(x))

const stepped = (kernel: string, f: (x: tf.Tensor) => tf.Tensor): GradientCase =>
  gradientCase(kernel, 'either side of its kink', [spaced([3, 4])], x => f(x))

/** The larger of two by a condition, which a comparison of watched tensors must not break. */
const chosen = (kernel: string, condition: Binary): GradientCase =>
  gradientCase(kernel, 'as the condition of where', [spaced([2, 3]), spaced([3])], (a, b) => {
    const shifted = tf.add(b, 0.1)
    return tf.where(condition(a, shifted), tf.square(a), shifted)
  })

/** Elementwise kernels. */
export const elementwiseCases: readonly GradientCase[] = [
  ...binary(tf.Add, tf.add),
  ...binary(tf.Sub, tf.sub),
  ...binary(tf.Multiply, tf.mul),
  ...binary(tf.RealDiv, tf.div, 0.5, 1.5),
  ...binary(tf.SquaredDifference, tf.squaredDifference),
  ...binary(tf.Pow, tf.pow, 0.5, 2),
  ...binary(tf.Atan2, tf.atan2, 0.3, 1.5),
  ...kinked(tf.Maximum, tf.maximum),
  ...kinked(tf.Minimum, tf.minimum),
  gradientCase(tf.AddN, 'of three', [uniform([2, 2]), uniform([2, 2]), uniform([2, 2])], (...x) =>
    tf.addN(x),
  ),
  gradientCase(tf.AddN, 'of one twice', [uniform([3])], x => tf.addN([x, tf.mul(x, 2), x])),
  gradientCase(tf.Mod, 'away from multiples', [uniform([2, 3], 4.2, 4.8), uniform([3], 1.25, 1.3)], (a, b) =>
    tf.mod(a, b),
  ),
  gradientCase(
    tf.FloorDiv,
    'away from multiples',
    [uniform([2, 3], 4.2, 4.8), uniform([3], 2.9, 3.1)],
    (a, b) => tf.add(tf.floorDiv(a, b), tf.mul(a, b)),
  ),
  gradientCase(tf.Pow, 'negative base, whole exponent', [uniform([4], -1.5, -0.5)], x => tf.pow(x, 3)),
  gradientCase(tf.Pow, 'zero base', [uniform([1], 0, 1e-6)], x => tf.pow(x, 2)),
  gradientCase(tf.Multiply, 'by integers', [uniform([3])], x =>
    tf.mul(x, tf.cast(int32([1, 2, 3]), 'float32')),
  ),

  unary(tf.Square, tf.square),
  unary(tf.Neg, tf.neg),
  unary(tf.Sqrt, tf.sqrt, 0.5, 2),
  unary(tf.Rsqrt, tf.rsqrt, 0.5, 2),
  unary(tf.Reciprocal, tf.reciprocal, 0.5, 2),
  unary(tf.Exp, tf.exp),
  unary(tf.Expm1, tf.expm1),
  unary(tf.Log, tf.log, 0.5, 2),
  unary(tf.Log1p, tf.log1p, -0.4, 2),
  unary(tf.Sin, tf.sin, -3, 3),
  unary(tf.Cos, tf.cos, -3, 3),
  unary(tf.Tan, tf.tan),
  unary(tf.Sinh, tf.sinh),
  unary(tf.Cosh, tf.cosh),
  unary(tf.Tanh, tf.tanh, -2, 2),
  unary(tf.Asin, tf.asin, -0.7, 0.7),
  unary(tf.Acos, tf.acos, -0.7, 0.7),
  unary(tf.Atan, tf.atan, -2, 2),
  unary(tf.Asinh, tf.asinh, -2, 2),
  unary(tf.Acosh, tf.acosh, 1.5, 3),
  unary(tf.Atanh, tf.atanh, -0.7, 0.7),
  unary(tf.Erf, tf.erf, -2, 2),
  unary(tf.Sigmoid, tf.sigmoid, -3, 3),
  unary(tf.Softplus, tf.softplus, -3, 3),
  unary(tf.Identity, x => tf.mul(tf.clone(x), x)),
  stepped(tf.Abs, tf.abs),
  stepped(tf.Relu, tf.relu),
  stepped(tf.Relu6, x => tf.relu6(tf.mul(x, 6))),
  stepped(tf.LeakyRelu, x => tf.leakyRelu(x, 0.3)),
  stepped(tf.Elu, tf.elu),
  stepped(tf.Selu, tf.selu),
  stepped(tf.ClipByValue, x => tf.clipByValue(x, -0.6, 0.6)),
  gradientCase(tf.Prelu, 'one slope a channel', [spaced([3, 4]), uniform([4])], (x, a) => tf.prelu(x, a)),
  gradientCase(tf.Prelu, 'its own slope each', [spaced([2, 3]), uniform([2, 3])], (x, a) => tf.prelu(x, a)),
  gradientCase(tf.Softmax, 'over the last axis', [uniform([2, 4], -2, 2)], x => tf.softmax(x)),
  gradientCase(tf.Softmax, 'of rank 1', [uniform([5], -2, 2)], x => tf.softmax(x)),

  stepped(tf.Floor, x => tf.add(tf.floor(x), x)),
  stepped(tf.Ceil, x => tf.mul(tf.ceil(x), x)),
  unary(tf.Round, x => tf.mul(tf.round(x), x), 1.6, 2.4),
  stepped(tf.Sign, x => tf.mul(tf.sign(x), x)),
  stepped(tf.Step, x => tf.mul(tf.step(x, 0.25), x)),
  stepped(tf.IsNan, x => tf.where(tf.isNaN(x), tf.zerosLike(x), tf.square(x))),
  stepped(tf.IsInf, x => tf.where(tf.isInf(x), tf.zerosLike(x), tf.square(x))),
  stepped(tf.IsFinite, x => tf.where(tf.isFinite(x), tf.square(x), tf.zerosLike(x))),
  stepped(tf.ZerosLike, x => tf.add(tf.zerosLike(x), tf.square(x))),
  stepped(tf.OnesLike, x => tf.mul(tf.onesLike(x), tf.square(x))),
  stepped(tf.ArgMax, x => tf.mul(tf.cast(tf.argMax(x, 1), 'float32'), tf.sum(x, 1))),
  stepped(tf.ArgMin, x => tf.mul(tf.cast(tf.argMin(x, 0), 'float32'), tf.sum(x, 0))),
  gradientCase(tf.OneHot, 'of an integer part', [uniform([3], 1.2, 1.8)], x =>
    tf.mul(tf.oneHot(tf.cast(x, 'int32'), 3), tf.expandDims(x, 1)),
  ),
  gradientCase(tf.Cast, 'to an integer and back', [uniform([3], 1.2, 1.8)], x =>
    tf.mul(tf.cast(tf.cast(x, 'int32'), 'float32'), x),
  ),
  gradientCase(tf.Cast, 'to the same type', [uniform([3])], x => tf.square(tf.cast(x, 'float32'))),
  chosen(tf.Greater, tf.greater),
  chosen(tf.GreaterEqual, tf.greaterEqual),
  chosen(tf.Less, tf.less),
  chosen(tf.LessEqual, tf.lessEqual),
  chosen(tf.Equal, tf.equal),
  chosen(tf.NotEqual, tf.notEqual),
  chosen(tf.LogicalAnd, (a, b) => tf.logicalAnd(tf.greater(a, b), tf.less(a, 0.4))),
  chosen(tf.LogicalOr, (a, b) => tf.logicalOr(tf.greater(a, b), tf.less(a, -0.4))),
  chosen(tf.LogicalNot, (a, b) => tf.logicalNot(tf.greater(a, b))),
  chosen(tf.All, (a, b) => tf.all(tf.greater(a, b))),
  chosen(tf.Any, (a, b) => tf.any(tf.greater(a, b), 0)),
  gradientCase(tf.Select, 'a fixed mask', [uniform([2, 2]), uniform([2, 2])], (a, b) =>
    tf.where(tf.tensor2d([1, 0, 0, 1], [2, 2], 'bool'), tf.square(a), tf.square(b)),
  ),
  gradientCase(tf.Select, 'branches that broadcast', [uniform([2, 1]), uniform([])], (a, b) =>
    tf.where(tf.tensor2d([1, 0, 0, 1, 1, 0], [2, 3], 'bool'), tf.square(a), b),
  ),
]
