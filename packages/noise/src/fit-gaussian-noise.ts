import { checkNumber } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { checkCovariance, checkSpread } from './check-covariance.ts'
import { columnMoments, scatter } from './column-moments.ts'
import { type GaussianNoiseSpec, gaussianNoise } from './gaussian-noise.ts'
import { readRows } from './host-rows.ts'
import type { Noise } from './noise.ts'

export interface FitGaussianNoiseOptions {
  /** Default 'full'. */
  readonly covariance?: 'full' | 'diagonal'
  /** Deviations are multiplied by it, the covariance by its square. Default 1. */
  readonly inflation?: number
  /** Added to each variance, in the columns' squared units. Default 0. */
  readonly ridge?: number
}

/**
 * The Gaussian with the data's mean and covariance (divided by n), in float64: inflation²·(S + ridge·I). The noise of
 * Gutmann and Hyvärinen's experiments; narrower noise than the data is costly, somewhat wider noise is not.
 *
 * @param x float32 [n, d]
 * @throws TypeError for another shape; RangeError that names a number that is not finite, a column that is constant or, with
 *   a full covariance, a linear combination of others
 *
 * @example
 * ```ts
 * import { fitGaussianNoise } from '@chiaro/noise'
 * import { key, normal } from '@chiaro/random'
 *
 * const noise = await fitGaussianNoise(normal(key(1), [500, 2]), { inflation: 1.2 }) // wider than the data
 * noise.logProb(noise.sample(key(2), 3)).print()
 * ```
 */
export async function fitGaussianNoise(
  x: tf.Tensor,
  options: FitGaussianNoiseOptions = {},
): Promise<Noise<GaussianNoiseSpec>> {
  const where = 'fitGaussianNoise'
  const { covariance = 'full', inflation = 1, ridge = 0 } = options
  checkNumber(where, { inflation }, { above: 0 })
  checkNumber(where, { ridge }, { least: 0 })
  const rows = await readRows(where, x)
  const { mean, variance } = columnMoments(rows)
  if (covariance === 'diagonal') {
    const ridged = variance.map(value => value + ridge)
    checkSpread(where, ridged, mean)
    return gaussianNoise({ mean, deviation: ridged.map(value => inflation * Math.sqrt(value)) })
  }
  const full = scatter(rows, mean, rows.n)
  for (let j = 0; j < rows.d; j++) full[j][j] += ridge
  checkCovariance(where, full, mean)
  return gaussianNoise({ mean, covariance: full.map(row => row.map(value => value * inflation ** 2)) })
}
