import { described, rangeError, typeError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { contentsAreOnHost } from './host-contents.ts'

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
  if (index >= 0) throw rangeError(where, `${argument}[${index}]`, expected, described(values[index]))
}
