import { rangeError } from '@chiaro/core'

/** Refuses a count that is no non-negative integer. */
export function checkCount(where: string, argument: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw rangeError(where, argument, 'a non-negative integer', String(count))
  }
}

/** The number of elements of a shape of non-negative integers. */
export function checkedSize(where: string, shape: readonly number[]): number {
  for (const size of shape) checkCount(where, 'shape', size)
  return shape.reduce((product, size) => product * size, 1)
}
