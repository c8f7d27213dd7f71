import type { RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type IntegersOptions, integerValues } from './host/integer-values.ts'
import { shapeSize } from './host/shape-size.ts'

/** `integerValues` as an int32 tensor of the given shape. */
export function integers(key: RandomKey, shape: readonly number[], options: IntegersOptions): tf.Tensor {
  const count = shapeSize('integers', shape)
  return tf.tensor(integerValues(key, count, options), [...shape], 'int32')
}
