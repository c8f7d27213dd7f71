import { checkNumber } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { checkSpread } from './check-covariance.ts'
import { readRows } from './host-rows.ts'
import type { Noise } from './noise.ts'
import { type UniformNoiseSpec, uniformNoise } from './uniform-noise.ts'

export interface FitUniformNoiseOptions {
  /** How far the box reaches beyond the data on each side, in widths of the data. Default 0.1. */
  readonly margin?: number
}

/**
 * The box about the data, with a margin: a later row outside the box would have no noise, and NCE refuses it.
 *
 * @param x float32 [n, d]
 * @throws TypeError for another shape; RangeError that names a number that is not finite or a constant column
 *
 * @example
 * ```ts
 * import { fitUniformNoise } from '@chiaro/noise'
 * import { key, normal } from '@chiaro/random'
 *
 * const noise = await fitUniformNoise(normal(key(1), [100, 2]), { margin: 0.1 })
 * console.log(noise.spec.low, noise.spec.high) // a tenth of the range beyond the data
 * ```
 */
export async function fitUniformNoise(
  x: tf.Tensor,
  { margin = 0.1 }: FitUniformNoiseOptions = {},
): Promise<Noise<UniformNoiseSpec>> {
  const where = 'fitUniformNoise'
  checkNumber(where, { margin }, { least: 0 })
  const { values, n, d } = await readRows(where, x)
  const low = Array<number>(d).fill(Number.POSITIVE_INFINITY)
  const high = Array<number>(d).fill(Number.NEGATIVE_INFINITY)
  for (let at = 0; at < n * d; at++) {
    low[at % d] = Math.min(low[at % d], values[at])
    high[at % d] = Math.max(high[at % d], values[at])
  }
  const widths = high.map((value, j) => value - low[j])
  checkSpread(where, widths, low, 'leave it out')
  return uniformNoise({
    low: low.map((value, j) => value - margin * widths[j]),
    high: high.map((value, j) => value + margin * widths[j]),
  })
}
