import type { RandomKey } from '@chiaro/core'
import { philoxNormal } from '@chiaro/ops'
import { checkedNormal, type NormalOptions } from './host/normal-values.ts'
import { shapeSize } from './host/shape-size.ts'
import type { TensorOf } from './tensor-of.ts'

/**
 * `normalValues` as a float32 tensor of the given shape; the same bits, by the backend's own kernel where it has one.
 *
 * @example
 * ```ts
 * import { key, normal } from '@chiaro/random'
 *
 * const x = normal(key(1), [4, 2], { standardDeviation: 0.1 })
 * const [rows, columns] = x.shape // a Tensor2D, by the shape that was asked for
 * console.log(rows, columns)
 * ```
 */
export function normal<const Shape extends readonly number[]>(
  key: RandomKey,
  shape: Shape,
  options: NormalOptions = {},
): TensorOf<Shape> {
  shapeSize('normal', shape)
  return philoxNormal({
    shape: [...shape],
    words: [key.low, key.high],
    ...checkedNormal(key, options),
  }) as TensorOf<Shape>
}
