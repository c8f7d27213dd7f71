import type { RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type IntegersOptions, integerValues } from './host/integer-values.ts'
import { shapeSize } from './host/shape-size.ts'
import type { TensorOf } from './tensor-of.ts'

/**
 * `integerValues` as an int32 tensor of the given shape.
 *
 * @example
 * ```ts
 * import { integers, key } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const rows = tf.tensor2d([[1, 1], [2, 2], [3, 3]])
 * tf.gather(rows, integers(key(1), [4], { maximum: 3 })).print() // four rows, drawn with replacement
 * ```
 */
export function integers<const Shape extends readonly number[]>(
  key: RandomKey,
  shape: Shape,
  options: IntegersOptions,
): TensorOf<Shape> {
  const count = shapeSize('integers', shape)
  return tf.tensor(integerValues(key, count, options), [...shape], 'int32') as TensorOf<Shape>
}
