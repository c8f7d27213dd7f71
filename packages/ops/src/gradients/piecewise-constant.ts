import * as tf from '@tensorflow/tfjs-core'
import { noGradient } from './broadcasting.ts'
import { defineGradient } from './define-gradient.ts'

/** Zero for each of the inputs. */
function constant(kernelName: string, ...inputs: string[]): tf.GradConfig {
  return defineGradient(kernelName, { inputs }, (_, saved) =>
    Object.fromEntries(inputs.map((name, i) => [name, noGradient(saved[i])])),
  )
}

/**
 * Steps, tests, comparisons, indices: their gradient is zero wherever it exists. Stock tfjs has none for most
 * comparisons, so that `tf.where(tf.greater(a, b), a, b)` throws; as zero it trains.
 */
export const piecewiseConstant: readonly tf.GradConfig[] = [
  ...[tf.Ceil, tf.Floor, tf.Round, tf.Sign, tf.Step, tf.IsFinite, tf.IsInf, tf.IsNan].map(name =>
    constant(name, 'x'),
  ),
  ...[tf.ArgMax, tf.ArgMin, tf.LogicalNot, tf.ZerosLike, tf.OnesLike].map(name => constant(name, 'x')),
  ...[tf.All, tf.Any].map(name => constant(name, 'x')),
  ...[tf.Equal, tf.NotEqual, tf.Less, tf.LessEqual, tf.Greater, tf.GreaterEqual].map(name =>
    constant(name, 'a', 'b'),
  ),
  ...[tf.LogicalAnd, tf.LogicalOr].map(name => constant(name, 'a', 'b')),
  constant(tf.OneHot, 'indices'),
]
