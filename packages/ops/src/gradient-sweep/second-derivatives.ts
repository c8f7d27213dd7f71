import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, gradientCase, spaced, uniform } from './gradient-case.ts'

/** Kernels that only backward passes run: their gradients are second derivatives of the forward ones. */
const backwardOf =
  (f: (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor, which: 0 | 1) =>
  (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
    tf.grads(f)([x, filter])[which]

const conv2d = (x: tf.Tensor, filter: tf.Tensor) =>
  tf.square(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same'))
const depthwise = (x: tf.Tensor, filter: tf.Tensor) =>
  tf.square(tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'))
const conv3d = (x: tf.Tensor, filter: tf.Tensor) =>
  tf.square(tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 1, 'same'))

const pictures = [uniform([1, 3, 3, 1]), uniform([2, 2, 1, 2])]
const volumes = [uniform([1, 2, 2, 2, 1]), uniform([2, 2, 1, 1, 1])]

/** Gradients of the backward kernels of convolutions, reached as second derivatives. */
export const backwardKernelCases: readonly GradientCase[] = [
  gradientCase(tf.Conv2DBackpropInput, 'second derivative', pictures, backwardOf(conv2d, 0)),
  gradientCase(tf.Conv2DBackpropFilter, 'second derivative', pictures, backwardOf(conv2d, 1)),
  gradientCase(
    tf.DepthwiseConv2dNativeBackpropInput,
    'second derivative',
    pictures,
    backwardOf(depthwise, 0),
  ),
  gradientCase(
    tf.DepthwiseConv2dNativeBackpropFilter,
    'second derivative',
    pictures,
    backwardOf(depthwise, 1),
  ),
  gradientCase(tf.Conv3DBackpropInputV2, 'second derivative', volumes, backwardOf(conv3d, 0)),
  gradientCase(tf.Conv3DBackpropFilterV2, 'second derivative', volumes, backwardOf(conv3d, 1)),
]

const silu = (x: tf.Tensor) => tf.mul(x, tf.sigmoid(x))
const gelu = (x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1))

/**
 * What score matching differentiates twice; the sweep takes the gradient of each of these gradients. All are
 * made curved first where the op itself is linear, so that no second derivative is just zero.
 */
export const secondOrderCases: readonly GradientCase[] = [
  gradientCase(tf.BatchMatMul, 'of both factors', [uniform([2, 3]), uniform([3, 2])], (a, b) =>
    tf.square(tf.matMul(a, b)),
  ),
  gradientCase(tf.BatchMatMul, 'transposed, broadcast', [uniform([2, 3, 2]), uniform([1, 2, 3])], (a, b) =>
    tf.square(tf.matMul(a, b, true, true)),
  ),
  gradientCase(tf.Add, 'broadcast', [uniform([2, 3]), uniform([3])], (a, b) => tf.square(tf.add(a, b))),
  gradientCase(tf.Multiply, 'broadcast', [uniform([2, 3]), uniform([3])], (a, b) => tf.square(tf.mul(a, b))),
  gradientCase(tf.Tanh, 'elementwise', [uniform([2, 3], -2, 2)], x => tf.tanh(x)),
  gradientCase(tf.Sigmoid, 'elementwise', [uniform([2, 3], -3, 3)], x => tf.sigmoid(x)),
  gradientCase(tf.Softplus, 'elementwise', [uniform([2, 3], -3, 3)], x => tf.softplus(x)),
  gradientCase(tf.Sigmoid, 'SiLU', [uniform([2, 3], -3, 3)], silu),
  gradientCase(tf.Erf, 'GELU', [uniform([2, 3], -2, 2)], gelu),
  gradientCase(tf.Elu, 'elementwise', [spaced([2, 3])], x => tf.elu(x)),
  gradientCase(tf.Exp, 'elementwise', [uniform([4])], x => tf.exp(x)),
  gradientCase(tf.Log, 'elementwise', [uniform([4], 0.5, 2)], x => tf.log(x)),
  gradientCase(tf.Sum, 'an axis', [uniform([2, 3])], x => tf.square(tf.sum(x, 1))),
  gradientCase(tf.Sum, 'everything', [uniform([2, 3])], x => tf.square(tf.sum(x))),
  gradientCase(tf.Mean, 'an axis, kept', [uniform([2, 3])], x => tf.square(tf.mean(x, 0, true))),
  gradientCase(tf.Softmax, 'rows', [uniform([2, 3])], x => tf.softmax(x)),
  gradientCase(tf.Conv2D, 'dilated', [uniform([1, 3, 3, 1]), uniform([2, 2, 1, 1])], (x, filter) =>
    tf.square(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same', 'NHWC', 2)),
  ),
  gradientCase(
    tf.Sigmoid,
    'an energy, x to scalar',
    [uniform([2, 3]), uniform([3, 4]), uniform([4, 1])],
    (x, w, v) => tf.sum(tf.square(tf.matMul(silu(tf.matMul(x, w)), v))),
  ),
]
