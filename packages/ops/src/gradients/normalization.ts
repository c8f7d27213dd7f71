import * as tf from '@tensorflow/tfjs-core'
import { sumTo } from './broadcasting.ts'
import { defineGradient, run } from './define-gradient.ts'

/** Normalisation with given statistics, and across neighbouring channels. */
export const normalization: readonly tf.GradConfig[] = [
  // y = (x − mean)·scale/√(variance + ε) + offset; scale may be absent.
  defineGradient<{ varianceEpsilon: number }>(
    tf.FusedBatchNorm,
    { inputs: ['x', 'mean', 'variance', 'scale'] },
    (dy, [x, mean, variance, scale], { varianceEpsilon }) => {
      const inverse = () => tf.rsqrt(tf.add(variance, varianceEpsilon))
      const scaled = () => (scale === undefined ? tf.clone(dy) : tf.mul(dy, scale))
      const centred = () => tf.sub(x, mean)
      return {
        x: () => tf.mul(scaled(), inverse()),
        mean: () => sumTo(tf.neg(tf.mul(scaled(), inverse())), mean.shape),
        variance: () => {
          const cubed = tf.div(inverse(), tf.add(variance, varianceEpsilon))
          return sumTo(tf.mul(tf.mul(scaled(), centred()), tf.mul(cubed, -0.5)), variance.shape)
        },
        scale: () => sumTo(tf.mul(dy, tf.mul(centred(), inverse())), mean.shape),
        offset: () => sumTo(dy, mean.shape),
      }
    },
  ),
  defineGradient<tf.NamedAttrMap>(tf.LRN, { inputs: ['x'], outputs: [true] }, (dy, [x, y], attrs) => ({
    x: () => run(tf.LRNGrad, { x, y, dy }, attrs),
  })),
]
