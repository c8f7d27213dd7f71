import type { RandomKey } from '@chiaro/core'
import { philoxNormal } from '@chiaro/ops'
import { checkedNormal, type NormalOptions } from './host/normal-values.ts'
import { shapeSize } from './host/shape-size.ts'
import type { TensorOf } from './tensor-of.ts'

/** `normalValues` as a float32 tensor of the given shape; the same bits, by the backend's own kernel where it has one. */
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
