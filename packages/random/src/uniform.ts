import type { RandomKey } from '@chiaro/core'
import { philoxUniform } from '@chiaro/ops'
import { shapeSize } from './host/shape-size.ts'
import { checkedUniform, type UniformOptions } from './host/uniform-values.ts'
import type { TensorOf } from './tensor-of.ts'

/**
 * `uniformValues` as a float32 tensor of the given shape; the same bits, by the backend's own kernel where it has one.
 *
 * @example
 * ```ts
 * import { key, uniform } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * tf.mean(uniform(key(1), [2, 8, 8, 3]), [1, 2, 3]).print() // two pictures of noise, about 0.5 on average
 * ```
 */
export function uniform<const Shape extends readonly number[]>(
  key: RandomKey,
  shape: Shape,
  options: UniformOptions = {},
): TensorOf<Shape> {
  shapeSize('uniform', shape)
  return philoxUniform({
    shape: [...shape],
    words: [key.low, key.high],
    ...checkedUniform(key, options),
  }) as TensorOf<Shape>
}
