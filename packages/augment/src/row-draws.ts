import type { BatchPart, RandomKey } from '@chiaro/core'
import { type UniformOptions, uniformValues, valuesOfRows } from '@chiaro/random'

/** [count·each] uniform draws, `each` a row of a batch: of a part of a larger one those that its rows have there. */
export function rowDraws(
  key: RandomKey,
  count: number,
  each: number,
  part: BatchPart = {},
  options?: UniformOptions,
): Float32Array {
  return valuesOfRows(count, each, part, length => uniformValues(key, length, options))
}
