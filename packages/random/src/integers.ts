import type { RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type IntegersOptions, integerValues } from './host/integer-values.ts'
import { shapeSize } from './host/shape-size.ts'
import type { TensorOf } from './tensor-of.ts'

/** `integerValues` as an int32 tensor of the given shape. */
export function integers<const Shape extends readonly number[]>(
  key: RandomKey,
  shape: Shape,
  options: IntegersOptions,
): TensorOf<Shape> {
  const count = shapeSize('integers', shape)
  return tf.tensor(integerValues(key, count, options), [...shape], 'int32') as TensorOf<Shape>
}
