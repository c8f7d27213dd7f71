import { rangeError, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { contentsAreOnHost } from './host-contents.ts'

/** Refuses what is no float32 tensor of rank 1. */
export function checkRow(where: string, argument: string, row: tf.Tensor): void {
  if (!(row instanceof tf.Tensor)) throw typeError(where, argument, 'a tensor of rank 1', typeof row)
  if (row.rank !== 1) throw typeError(where, argument, 'of rank 1', `[${row.shape.join(', ')}]`)
  if (row.dtype !== 'float32') throw typeError(where, argument, 'float32', row.dtype)
}

/** κ, how many noise rows each data row owns; 1 where there are neither. */
export function noisePerData(where: string, argument: string, n: number, rows: number): number {
  const perData = n === 0 ? 1 : rows / n
  if (!Number.isInteger(perData) || perData < 1 || (n === 0 && rows > 0)) {
    throw typeError(where, argument, `[κ·${n}] for a whole κ ≥ 1`, `[${rows}]`)
  }
  return perData
}

/** Refuses a first element for which `allowed` is false, where looking costs no device read. */
export function checkContents(
  where: string,
  argument: string,
  row: tf.Tensor,
  allowed: (value: number) => boolean,
  expected: string,
): void {
  if (!contentsAreOnHost()) return
  const values = row.dataSync()
  const index = values.findIndex(value => !allowed(value))
  if (index >= 0) throw rangeError(where, `${argument}[${index}]`, expected, String(values[index]))
}
