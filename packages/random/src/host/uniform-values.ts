import { checkInteger, checkNumber, philoxUniforms, type RandomKey } from '@chiaro/core'
import { checkKey } from './key.ts'

export interface UniformOptions {
  /** Default 0. */
  readonly minimum?: number
  /** Default 1. */
  readonly maximum?: number
}

/**
 * `count` uniform float32 in [minimum, maximum): minimum + (maximum − minimum)·u with u = ⌊w / 2⁸⌋·2⁻²⁴ of word w,
 * each operation rounded to float32. Bit-identical everywhere. With bounds other than 0 and 1 the last rounding
 * can reach the maximum.
 *
 * @throws RangeError unless minimum ≤ maximum are finite and count is a non-negative integer
 *
 * @example
 * ```ts
 * import { key, uniformValues } from '@chiaro/random'
 *
 * console.log(uniformValues(key(1), 3, { minimum: -1, maximum: 1 }))
 * ```
 */
export function uniformValues(key: RandomKey, count: number, options: UniformOptions = {}): Float32Array {
  const { minimum, width } = checkedUniform(key, options)
  checkInteger('uniform', { count }, { least: 0 })
  return philoxUniforms([key.low, key.high], count, minimum, width)
}

/** The bounds as float32: the least value, and how far it is to the largest. */
export function checkedUniform(
  key: RandomKey,
  options: UniformOptions,
): { readonly minimum: number; readonly width: number } {
  const { minimum = 0, maximum = 1 } = options
  checkKey('uniform', key)
  checkNumber('uniform', { minimum })
  checkNumber('uniform', { maximum }, { least: minimum })
  const low = Math.fround(minimum)
  return { minimum: low, width: Math.fround(Math.fround(maximum) - low) }
}
