import * as tf from '@tensorflow/tfjs-core'
import { noGradient } from './broadcasting.ts'
import { defineGradient } from './define-gradient.ts'

/** Zero for each of the inputs. */
function constant(kernelName: string, ...inputs: string[]): tf.GradConfig {
  return defineGradient(kernelName, { inputs }, (_, saved) =>
    Object.fromEntries(inputs.map((name, i) => [name, noGradient(saved[i])])),
  )
}

const ofX = [
  ...[tf.Ceil, tf.Floor, tf.Round, tf.Sign, tf.Step, tf.IsFinite, tf.IsInf, tf.IsNan],
  ...[tf.ArgMax, tf.ArgMin, tf.LogicalNot, tf.ZerosLike, tf.OnesLike, tf.All, tf.Any],
]
const ofAAndB = [
  ...[tf.Equal, tf.NotEqual, tf.Less, tf.LessEqual, tf.Greater, tf.GreaterEqual],
  ...[tf.LogicalAnd, tf.LogicalOr],
]

/**
 * Steps, tests, comparisons, indices: their gradient is zero wherever it exists. Stock tfjs has none for most
 * comparisons, so that `tf.where(tf.greater(a, b), a, b)` throws; as zero it trains.
 */
export const piecewiseConstant: readonly tf.GradConfig[] = [
  ...ofX.map(name => constant(name, 'x')),
  ...ofAAndB.map(name => constant(name, 'a', 'b')),
  constant(tf.OneHot, 'indices'),
]
