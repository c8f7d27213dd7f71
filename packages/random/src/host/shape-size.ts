import { checkInteger } from '@chiaro/core'

/**
 * The number of elements of a shape.
 *
 * @throws RangeError for a size that is no integer of at least 0
 */
export function shapeSize(where: string, shape: readonly number[]): number {
  checkInteger(where, { shape }, { least: 0 })
  return shape.reduce((product, size) => product * size, 1)
}
