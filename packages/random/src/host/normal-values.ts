import { checkInteger, checkNumber, philoxNormals, type RandomKey } from '@chiaro/core'
import { checkKey } from './key.ts'

export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number
  /** Default 1. */
  readonly standardDeviation?: number
}

/**
 * `count` normal float32 by Box and Muller (1958): words 2p and 2p + 1 give u = (w + ½)·2⁻³², and from them
 * √(−2 ln u₁)·cos 2πu₂ and √(−2 ln u₁)·sin 2πu₂. Computed in float64 and rounded once; the bits are the same on every
 * engine and every backend. No value lies beyond 6.8 standard deviations.
 *
 * @throws RangeError unless mean is finite and standardDeviation finite and ≥ 0
 *
 * @example
 * ```ts
 * import { key, normal, normalValues } from '@chiaro/random'
 *
 * const onHost = normalValues(key(1), 4, { mean: 10, standardDeviation: 2 })
 * const asTensor = normal(key(1), [4], { mean: 10, standardDeviation: 2 }).dataSync()
 * console.log(onHost.every((value, i) => value === asTensor[i])) // true: the same bits
 * ```
 */
export function normalValues(key: RandomKey, count: number, options: NormalOptions = {}): Float32Array {
  const { mean, standardDeviation } = checkedNormal(key, options)
  checkInteger('normal', { count }, { least: 0 })
  return philoxNormals([key.low, key.high], count, mean, standardDeviation)
}

/** Mean and standard deviation, with their defaults. */
export function checkedNormal(key: RandomKey, options: NormalOptions): Required<NormalOptions> {
  const { mean = 0, standardDeviation = 1 } = options
  checkKey('normal', key)
  checkNumber('normal', { mean })
  checkNumber('normal', { standardDeviation }, { least: 0 })
  return { mean, standardDeviation }
}
