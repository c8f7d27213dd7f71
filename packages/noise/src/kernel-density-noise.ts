import {
  checkInteger,
  checkLength,
  checkNumber,
  checkOneOf,
  checkShape,
  type Matrix,
  rangeError,
} from '@chiaro/core'
import { foldIn, integerValues, normalValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { columnMoments } from './column-moments.ts'
import { kernelLogSum } from './kernel-log-sum.ts'
import type { Noise } from './noise.ts'

export interface KernelDensityNoiseOptions {
  /**
   * The kernels' deviation: one number for all columns, one a column, or a rule that multiplies the columns' standard
   * deviations: Scott's n^(−1/(d+4)) or Silverman's (n(d + 2)/4)^(−1/(d+4)). Default 'scott'.
   */
  readonly bandwidth?: 'scott' | 'silverman' | number | readonly number[]
}

export interface KernelDensityNoiseSpec {
  readonly kind: 'kernelDensity'
  /** The kernels' centres, by rows. */
  readonly points: Matrix
  /** One deviation a column. */
  readonly bandwidth: readonly number[]
}

/**
 * A Gaussian kernel about each of n points: log q(x) = log (1/n) Σ_i Π_j N(x_j; p_ij, h_j²). A draw is a point and a Gaussian
 * step. Follows any shape in few dimensions; with data as points, keep these rows out of the training, or the noise knows
 * them by heart.
 *
 * Log-densities are computed a tile of rows by points at a time (4 MB), also in the gradient.
 *
 * @param points n rows of d numbers
 * @throws TypeError for rows of different length; RangeError for no point, for a bandwidth that is not positive, and for a
 *   rule that meets a constant column (named)
 *
 * @example
 * ```ts
 * import { kernelDensityNoise } from '@chiaro/noise'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const noise = kernelDensityNoise([[0, 0], [4, 4]], { bandwidth: [0.5, 0.5] })
 * noise.logProb(tf.tensor2d([[0, 0], [2, 2]])).print()
 * ```
 */
export function kernelDensityNoise(
  points: Matrix,
  { bandwidth = 'scott' }: KernelDensityNoiseOptions = {},
): Noise<KernelDensityNoiseSpec> {
  const where = 'kernelDensityNoise'
  checkLength(where, { points }, { least: 1 })
  const [n, d] = [points.length, points[0].length]
  const rows = Object.fromEntries(points.map((row, i) => [`points[${i}]`, row]))
  checkLength(where, rows, { exactly: d, least: 1 })
  checkNumber(where, rows)
  const h = bandwidths(where, points, bandwidth)
  const centres = Float32Array.from(points.flat())
  const logNormaliser =
    Math.log(n) + h.reduce((sum, value) => sum + Math.log(value), (d / 2) * Math.log(2 * Math.PI))
  return {
    eventShape: [d],
    spec: { kind: 'kernelDensity', points, bandwidth: h },
    sample(key, count) {
      checkInteger(where, { count }, { least: 0 })
      const chosen = integerValues(foldIn(key, 0), count, { maximum: n })
      const z = normalValues(foldIn(key, 1), count * d)
      const rows = z.map((value, at) => points[chosen[Math.floor(at / d)]][at % d] + h[at % d] * value)
      return tf.tensor2d(rows, [count, d])
    },
    logProb(x) {
      checkShape(`${where}.logProb`, { x }, ['batch', d])
      return tf.tidy(
        () => tf.sub(kernelLogSum(x as tf.Tensor2D, { centres, bandwidth: h }), logNormaliser) as tf.Tensor1D,
      )
    },
  }
}

function bandwidths(
  where: string,
  points: Matrix,
  bandwidth: NonNullable<KernelDensityNoiseOptions['bandwidth']>,
): readonly number[] {
  const [n, d] = [points.length, points[0].length]
  if (typeof bandwidth === 'number') {
    checkNumber(where, { bandwidth }, { above: 0 })
    return Array<number>(d).fill(bandwidth)
  }
  if (typeof bandwidth !== 'string') {
    checkLength(where, { bandwidth }, { exactly: d })
    checkNumber(where, { bandwidth }, { above: 0 })
    return bandwidth
  }
  checkOneOf(where, { bandwidth }, ['scott', 'silverman'])
  const factor = (bandwidth === 'scott' ? n : (n * (d + 2)) / 4) ** (-1 / (d + 4))
  const { variance } = columnMoments({ values: points.flat(), n, d })
  return variance.map((value, j) => {
    if (value > 0) return factor * Math.sqrt(value)
    throw rangeError(where, `column ${j} of points`, 'spread out (or give a bandwidth)', 'one value only')
  })
}
