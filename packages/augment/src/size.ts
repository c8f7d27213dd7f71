import { rangeError } from '@chiaro/core'

/** The side of a square in pixels, or height and width. */
export type Size = number | readonly [height: number, width: number]

/**
 * Height and width.
 *
 * @throws RangeError unless they are positive whole numbers
 */
export function sides(where: string, size: Size): readonly [height: number, width: number] {
  const both = typeof size === 'number' ? ([size, size] as const) : size
  if (both?.length === 2 && both.every(side => Number.isInteger(side) && side > 0)) return both
  throw rangeError(where, 'size', 'of positive integers', String(size))
}
