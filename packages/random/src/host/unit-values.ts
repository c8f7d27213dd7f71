import type { RandomKey } from '@chiaro/core'
import { bits } from './bits.ts'

/**
 * `count` uniform float64 in the open interval (0, 1): (v + ½)·2⁻⁵² with v the upper 52 bits of words 2i and 2i + 1. Never
 * 0 nor 1, so their logarithms and quantiles are finite.
 *
 * @example
 * ```ts
 * import { key, unitValues } from '@chiaro/random'
 *
 * // Never 0 nor 1, so that a quantile function is finite: exponential numbers of mean 1.
 * console.log(unitValues(key(1), 3).map(u => -Math.log(u)))
 * ```
 */
export function unitValues(key: RandomKey, count: number): Float64Array {
  const drawn = bits(key, 2 * count)
  return Float64Array.from(
    { length: count },
    (_, i) => (drawn[2 * i] * 2 ** 20 + (drawn[2 * i + 1] >>> 12) + 0.5) * 2 ** -52,
  )
}
