import { type BatchPart, checkInteger, checkLength } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * The draws of a batch's rows, `each` numbers a row: of a part of a larger batch those that its rows have there. The first
 * numbers of a stream are the same however many are drawn, so the larger batch is drawn up to the last row that is here.
 *
 *   const places = valuesOfRows(count, 2, part, length => uniformValues(key, length))
 *
 * @param draw so many numbers of one stream
 * @returns [count·each]
 * @throws TypeError unless there is a place for each row; RangeError for one that is no integer of at least 0
 */
export function valuesOfRows(
  count: number,
  each: number,
  { rows }: BatchPart,
  draw: (length: number) => Float32Array,
): Float32Array {
  if (rows === undefined) return draw(count * each)
  const all = draw(drawnRows('valuesOfRows', count, rows) * each)
  const values = new Float32Array(count * each)
  for (let i = 0; i < count; i++) values.set(all.subarray(rows[i] * each, (rows[i] + 1) * each), i * each)
  return values
}

/**
 * The same for tensors: `tensorOfRows(count, part, n => normal(key, [n, 3]))` is [count, 3].
 *
 * @param draw [n, …] of one stream
 * @throws as `valuesOfRows`
 */
export function tensorOfRows<T extends tf.Tensor>(
  count: number,
  { rows }: BatchPart,
  draw: (count: number) => T,
): T {
  if (rows === undefined) return draw(count)
  const drawn = drawnRows('tensorOfRows', count, rows)
  return tf.tidy(() => tf.gather(draw(drawn), tf.tensor1d(Int32Array.from(rows), 'int32'))) as T
}

/** How many rows are drawn to have those. */
function drawnRows(where: string, count: number, rows: ArrayLike<number>): number {
  checkLength(where, { rows }, { exactly: count, each: 'row' })
  checkInteger(where, { rows }, { least: 0 })
  let last = -1
  for (let i = 0; i < count; i++) last = Math.max(last, rows[i])
  return last + 1
}
