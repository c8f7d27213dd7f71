import * as tf from '@tensorflow/tfjs-core'
import { defineGradient } from './define-gradient.ts'

type Rounding = 'floor' | 'round' | 'ceil'
interface Pool2DAttributes extends tf.NamedAttrMap {
  filterSize: [number, number] | number
  strides: [number, number] | number
  pad: 'valid' | 'same' | number
  dimRoundingMode: Rounding
}
interface Pool3DAttributes extends tf.NamedAttrMap {
  filterSize: [number, number, number] | number
  strides: [number, number, number] | number
  pad: 'valid' | 'same' | number
  dimRoundingMode: Rounding
}

/** Of each output along one axis: how many inputs its window covers, padding aside. */
function covered(outputs: number, inputs: number, stride: number, window: number, padding: number): number[] {
  return Array.from({ length: outputs }, (_, i) => {
    const begin = i * stride - padding
    return Math.max(1, Math.min(begin + window, inputs) - Math.max(begin, 0))
  })
}

/**
 * Forward divides a window's sum by the elements in it, the backward kernels by the whole window. Scaling dy by
 * window / elements first makes them agree; windows without padding are left alone.
 */
function fullWindowScale(
  dy: tf.Tensor,
  axes: readonly { readonly counts: number[]; readonly window: number }[],
): tf.Tensor {
  return axes.reduce((scaled, { counts, window }, i) => {
    if (counts.every(count => count === window)) return scaled
    const shape = dy.shape.map((n, axis) => (axis === i + 1 ? n : 1))
    return tf.mul(
      scaled,
      tf.tensor(
        counts.map(count => window / count),
        shape,
      ),
    )
  }, dy)
}

function run(kernel: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor>(kernel, inputs, attrs)
}

/** The gradient of a maximum over windows: the kernel finds where each maximum was. */
function maxPool(forward: string, backward: string): tf.GradConfig {
  return defineGradient<tf.NamedAttrMap>(
    forward,
    { inputs: ['x'], outputs: [true] },
    (dy, [input, output], attrs) => ({ x: () => run(backward, { dy, input, output }, attrs) }),
  )
}

/**
 * Pooling. The kernels AvgPoolGrad and AvgPool3DGrad keep tfjs's contract: they divide by the whole window.
 */
export const pooling: readonly tf.GradConfig[] = [
  maxPool(tf.MaxPool, tf.MaxPoolGrad),
  maxPool(tf.MaxPool3D, tf.MaxPool3DGrad),
  defineGradient<Pool2DAttributes>(tf.AvgPool, { inputs: ['x'] }, (dy, [input], attrs) => ({
    x: () => {
      const { filterSize, strides, pad, dimRoundingMode } = attrs
      const shape = input.shape as [number, number, number, number]
      const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
      const { padInfo } = info
      const scaled = fullWindowScale(dy, [
        {
          counts: covered(info.outHeight, info.inHeight, info.strideHeight, info.filterHeight, padInfo.top),
          window: info.filterHeight,
        },
        {
          counts: covered(info.outWidth, info.inWidth, info.strideWidth, info.filterWidth, padInfo.left),
          window: info.filterWidth,
        },
      ])
      return run(tf.AvgPoolGrad, { dy: scaled, input }, attrs)
    },
  })),
  defineGradient<Pool3DAttributes>(tf.AvgPool3D, { inputs: ['x'] }, (dy, [input], attrs) => ({
    x: () => {
      const { filterSize, strides, pad, dimRoundingMode } = attrs
      const shape = input.shape as [number, number, number, number, number]
      const info = tf.backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
      const { padInfo } = info
      const scaled = fullWindowScale(dy, [
        {
          counts: covered(info.outDepth, info.inDepth, info.strideDepth, info.filterDepth, padInfo.front),
          window: info.filterDepth,
        },
        {
          counts: covered(info.outHeight, info.inHeight, info.strideHeight, info.filterHeight, padInfo.top),
          window: info.filterHeight,
        },
        {
          counts: covered(info.outWidth, info.inWidth, info.strideWidth, info.filterWidth, padInfo.left),
          window: info.filterWidth,
        },
      ])
      return run(tf.AvgPool3DGrad, { dy: scaled, input }, attrs)
    },
  })),
]
