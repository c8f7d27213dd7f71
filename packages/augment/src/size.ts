import { checkInteger, checkLength } from '@chiaro/core'

/** The side of a square in pixels, or height and width. */
export type Size = number | readonly [height: number, width: number]

/**
 * Height and width.
 *
 * @throws TypeError for what is neither; RangeError unless they are integers of at least 1
 */
export function sides(where: string, size: Size): readonly [height: number, width: number] {
  checkInteger(where, { size }, { least: 1 })
  if (typeof size === 'number') return [size, size]
  checkLength(where, { size }, { exactly: 2 })
  return size
}
