import * as tf from '@tensorflow/tfjs-core'
import { defineGradient, gradientOfX, run } from './define-gradient.ts'

interface PoolAttributes extends tf.NamedAttrMap {
  filterSize: number | number[]
  strides: number | number[]
  pad: 'valid' | 'same' | number
  dimRoundingMode: 'floor' | 'round' | 'ceil'
}

/** What tfjs works out of a pooling: sizes by name and axis ("outHeight"), and the padding before each axis. */
type PoolInfo = Readonly<Record<string, number>> & { readonly padInfo: Readonly<Record<string, number>> }

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

/** The gradient of a maximum over windows: the kernel finds where each maximum was. */
function maxPool(forward: string, backward: string): tf.GradConfig {
  return defineGradient<tf.NamedAttrMap>(
    forward,
    { inputs: ['x'], outputs: [true] },
    (dy, [input, output], attrs) => ({ x: () => run(backward, { dy, input, output }, attrs) }),
  )
}

/** The spatial axes by their names in tfjs's records, and what the padding before each is called there. */
const [depth, height, width] = [
  ['Depth', 'front'],
  ['Height', 'top'],
  ['Width', 'left'],
] as const

/** The gradient of means over windows. */
function averagePool(
  forward: string,
  backward: string,
  compute: (...of: never[]) => unknown,
  axes: readonly (readonly [name: string, before: string])[],
): tf.GradConfig {
  return gradientOfX<PoolAttributes>(forward, (dy, input, attrs) => {
    const { filterSize, strides, pad, dimRoundingMode } = attrs
    const of = [input.shape, filterSize, strides, 1, pad, dimRoundingMode] as never[]
    const info = compute(...of) as PoolInfo
    const scaled = fullWindowScale(
      dy,
      axes.map(([name, before]) => {
        const [outputs, inputs, stride, window] = ['out', 'in', 'stride', 'filter'].map(of => info[of + name])
        return { counts: covered(outputs, inputs, stride, window, info.padInfo[before]), window }
      }),
    )
    return run(backward, { dy: scaled, input }, attrs)
  })
}

/**
 * Pooling. The kernels AvgPoolGrad and AvgPool3DGrad keep tfjs's contract: they divide by the whole window.
 */
export const pooling: readonly tf.GradConfig[] = [
  maxPool(tf.MaxPool, tf.MaxPoolGrad),
  maxPool(tf.MaxPool3D, tf.MaxPool3DGrad),
  averagePool(tf.AvgPool, tf.AvgPoolGrad, tf.backend_util.computePool2DInfo, [height, width]),
  averagePool(tf.AvgPool3D, tf.AvgPool3DGrad, tf.backend_util.computePool3DInfo, [depth, height, width]),
]
