import { philoxUniforms, type RandomKey, rangeError } from '@chiaro/core'
import { checkCount } from './check-count.ts'
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
 */
export function uniformValues(key: RandomKey, count: number, options: UniformOptions = {}): Float32Array {
  const { minimum, width } = checkedUniform(key, options)
  checkCount('uniform', 'count', count)
  return philoxUniforms([key.low, key.high], count, minimum, width)
}

/** The bounds as float32: the least value, and how far it is to the largest. */
export function checkedUniform(
  key: RandomKey,
  options: UniformOptions,
): { readonly minimum: number; readonly width: number } {
  const { minimum = 0, maximum = 1 } = options
  checkKey('uniform', key)
  if (!Number.isFinite(minimum)) throw rangeError('uniform', 'minimum', 'finite', String(minimum))
  if (!(maximum >= minimum && Number.isFinite(maximum))) {
    throw rangeError('uniform', 'maximum', `finite and at least minimum (${minimum})`, String(maximum))
  }
  const low = Math.fround(minimum)
  return { minimum: low, width: Math.fround(Math.fround(maximum) - low) }
}
