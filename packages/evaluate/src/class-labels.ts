import { checkInteger, checkLength } from '@chiaro/core'

/**
 * Labels as class indices below `classes`, one for each of `rows`.
 *
 * @throws TypeError for another number of labels; RangeError that names a label that is no class
 */
export function classIndices(
  where: string,
  labels: Readonly<Record<string, ArrayLike<number>>>,
  rows: number,
  classes: number,
): Int32Array {
  checkLength(where, labels, { exactly: rows, each: 'row' })
  checkInteger(where, labels, { least: 0, below: classes })
  return Int32Array.from(Object.values(labels)[0])
}

/** One more than the largest label. */
export function classCount(labels: ArrayLike<number>): number {
  return Array.from(labels).reduce((most, label) => Math.max(most, label + 1), 1)
}
