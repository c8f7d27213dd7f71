import { checkInteger, type RandomKey } from '@chiaro/core'
import { checkKey, words } from './key.ts'

/**
 * `count` uniformly distributed uint32: word i is word i mod 4 of Philox block ⌊i/4⌋. Shorter draws are the
 * beginnings of longer ones.
 *
 * @throws TypeError for a key that is none, RangeError for a count that is no non-negative integer
 *
 * @example
 * ```ts
 * import { bits, key } from '@chiaro/random'
 *
 * const long = bits(key(1), 8)
 * console.log(bits(key(1), 4).every((word, i) => word === long[i])) // true: the beginning of a longer draw
 * ```
 */
export function bits(key: RandomKey, count: number): Uint32Array {
  checkKey('bits', key)
  checkInteger('bits', { count }, { least: 0 })
  return words(key, count)
}
