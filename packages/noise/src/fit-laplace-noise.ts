import { checkNumber } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { checkSpread } from './check-covariance.ts'
import { readRows } from './host-rows.ts'
import { type LaplaceNoiseSpec, laplaceNoise } from './laplace-noise.ts'
import type { Noise } from './noise.ts'

export interface FitLaplaceNoiseOptions {
  /** Scales are multiplied by it. Default 1. */
  readonly inflation?: number
}

/**
 * The Laplace distribution of greatest likelihood: each column's median, and its mean distance from it.
 *
 * @param x float32 [n, d]
 * @throws TypeError for another shape; RangeError that names a number that is not finite or a constant column
 *
 * @example
 * ```ts
 * import { fitLaplaceNoise } from '@chiaro/noise'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const noise = await fitLaplaceNoise(tf.tensor2d([[0], [1], [5]]))
 * console.log(noise.spec.mean, noise.spec.scale) // the median, and the mean distance to it
 * ```
 */
export async function fitLaplaceNoise(
  x: tf.Tensor,
  { inflation = 1 }: FitLaplaceNoiseOptions = {},
): Promise<Noise<LaplaceNoiseSpec>> {
  const where = 'fitLaplaceNoise'
  checkNumber(where, { inflation }, { above: 0 })
  const { values, n, d } = await readRows(where, x)
  const mean: number[] = []
  const scale: number[] = []
  for (let j = 0; j < d; j++) {
    const column = Float64Array.from({ length: n }, (_, i) => values[i * d + j]).sort()
    const median = (column[Math.floor((n - 1) / 2)] + column[Math.floor(n / 2)]) / 2
    mean.push(median)
    scale.push((inflation * column.reduce((sum, value) => sum + Math.abs(value - median), 0)) / n)
  }
  checkSpread(where, scale, mean, 'leave it out')
  return laplaceNoise({ mean, scale })
}
