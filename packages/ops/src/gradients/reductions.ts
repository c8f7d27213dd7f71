import * as tf from '@tensorflow/tfjs-core'
import { axesOf, float, keepDimsShape, stretch } from './broadcasting.ts'
import { defineGradient, gradientOfX } from './define-gradient.ts'

type Axes = number | readonly number[] | null | undefined

/** Stretches the gradient of a reduction back over the axes it summed. */
function spread(dy: tf.Tensor, shape: readonly number[], axes: Axes): tf.Tensor {
  return stretch(tf.reshape(dy, keepDimsShape(shape, axes)), shape)
}

/** Every element that attains the extremum gets the whole gradient. */
function extremum(kernelName: string, axesIn: 'reductionIndices' | 'axis'): tf.GradConfig {
  return defineGradient<Record<typeof axesIn, Axes>>(
    kernelName,
    { inputs: ['x'], outputs: [true] },
    (dy, [x, y], attrs) => ({
      x: () => {
        const shape = keepDimsShape(x.shape, attrs[axesIn])
        return tf.mul(tf.reshape(dy, shape), float(tf.equal(x, tf.reshape(y, shape))))
      },
    }),
  )
}

/** Reductions over axes. */
export const reductions: readonly tf.GradConfig[] = [
  gradientOfX<{ axis: Axes }>(tf.Sum, (dy, x, { axis }) => spread(dy, x.shape, axis)),
  gradientOfX<{ axis: Axes }>(tf.Mean, (dy, x, { axis }) => {
    const count = tf.util.sizeFromShape(axesOf(x.rank, axis).map(reduced => x.shape[reduced]))
    return spread(tf.div(dy, count), x.shape, axis)
  }),
  extremum(tf.Max, 'reductionIndices'),
  extremum(tf.Min, 'axis'),
]
