import { checkNumber, type RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { checkKey, words } from './host/key.ts'
import { shapeSize } from './host/shape-size.ts'
import type { TensorOf } from './tensor-of.ts'

/**
 * A bool tensor whose elements are true with the given probability, independently: u < probability for the
 * u of `uniform`. Bit-identical everywhere.
 *
 * @throws RangeError unless 0 ≤ probability ≤ 1
 *
 * @example
 * ```ts
 * import { bernoulli, key } from '@chiaro/random'
 *
 * bernoulli(key(1), [2, 8], 0.25).print() // a quarter is true, on average
 * ```
 */
export function bernoulli<const Shape extends readonly number[]>(
  key: RandomKey,
  shape: Shape,
  probability: number,
): TensorOf<Shape> {
  checkKey('bernoulli', key)
  const count = shapeSize('bernoulli', shape)
  checkNumber('bernoulli', { probability }, { least: 0, most: 1 })
  const drawn = words(key, count)
  const values = new Uint8Array(count)
  for (let i = 0; i < count; i++) values[i] = (drawn[i] >>> 8) * 2 ** -24 < probability ? 1 : 0
  return tf.tensor(values, [...shape], 'bool') as TensorOf<Shape>
}
