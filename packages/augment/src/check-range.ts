import { type Bounds, checkLength, checkNumber } from '@chiaro/core'

/**
 * Refuses ranges that are not two numbers within bounds, the smaller first.
 *
 * @throws TypeError for another length; RangeError for a number out of bounds or out of order
 */
export function checkRange(
  where: string,
  ranges: Readonly<Record<string, readonly [number, number]>>,
  bounds: Bounds,
): void {
  checkLength(where, ranges, { exactly: 2 })
  checkNumber(where, ranges, bounds)
  for (const [argument, [low, high]] of Object.entries(ranges))
    checkNumber(where, { [`${argument}[1]`]: high }, { least: low })
}
