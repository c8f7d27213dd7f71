import { rangeError } from '@chiaro/core'

/** Labels as class indices below `classes`, one for each of `rows`. */
export function checkLabels(
  where: string,
  argument: string,
  labels: ArrayLike<number>,
  rows: number,
  classes: number,
): Int32Array {
  if (labels.length !== rows) {
    throw rangeError(where, argument, `one for each of ${rows} rows`, String(labels.length))
  }
  const wrong = Array.from(labels).findIndex(
    label => !(Number.isInteger(label) && label >= 0 && label < classes),
  )
  if (wrong < 0) return Int32Array.from(labels)
  throw rangeError(where, `${argument}[${wrong}]`, `a class below ${classes}`, String(labels[wrong]))
}

/** One more than the largest label. */
export function classCount(labels: ArrayLike<number>): number {
  return Array.from(labels).reduce((most, label) => Math.max(most, label + 1), 1)
}
