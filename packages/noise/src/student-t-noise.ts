import { checkInteger, checkLength, checkNumber, checkShape, type Matrix } from '@chiaro/core'
import { log1p } from '@chiaro/ops'
import { foldIn, gammaValues, normalValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { affineRows } from './affine-rows.ts'
import { logGamma } from './log-gamma.ts'
import type { Noise } from './noise.ts'
import { spreadOf } from './spread.ts'

/** A mean with either scales or a scale matrix. */
export interface StudentTNoiseOptions {
  /** The centre, d numbers; the mean where ν > 1. */
  readonly mean: readonly number[]
  /** ν > 0; smaller means heavier tails. */
  readonly degreesOfFreedom: number
  /** d scales; the standard deviations are scale·√(ν/(ν − 2)) where ν > 2. */
  readonly scale?: readonly number[]
  /** Σ, d×d, symmetric and positive definite; the covariance is Σ·ν/(ν − 2) where ν > 2. */
  readonly scaleMatrix?: Matrix
}

export type StudentTNoiseSpec = { readonly kind: 'studentT' } & StudentTNoiseOptions

/**
 * Multivariate Student t rows: a Gaussian divided by one random number a row, so columns are heavy-tailed *together* (also
 * with `scale`, where they are uncorrelated but not independent). The noise of choice where data have outliers:
 *
 *   log q(x) = −((ν + d)/2) log(1 + δ/ν) + log Γ((ν + d)/2) − log Γ(ν/2) − (d/2) log(νπ) − ½ log |Σ|,
 *   δ = (x − μ)ᵀΣ⁻¹(x − μ);   x = μ + L z·√(ν/g), g ~ χ²(ν) drawn exactly
 *
 * @throws TypeError for lengths that don't fit, and for both or neither of scale and scaleMatrix; RangeError for
 *   degreesOfFreedom ≤ 0, a scale that is not positive, a matrix that is not positive definite
 *
 * @example
 * ```ts
 * import { studentTNoise } from '@chiaro/noise'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const noise = studentTNoise({ mean: [0], scale: [1], degreesOfFreedom: 1 }) // Cauchy's
 * noise.logProb(tf.tensor2d([[0]])).print() // −log π
 * ```
 */
export function studentTNoise(options: StudentTNoiseOptions): Noise<StudentTNoiseSpec> {
  const where = 'studentTNoise'
  const { mean, degreesOfFreedom: nu, scale, scaleMatrix } = options
  checkLength(where, { mean }, { least: 1 })
  checkNumber(where, { mean })
  checkNumber(where, { degreesOfFreedom: nu }, { above: 0 })
  const d = mean.length
  const spread = spreadOf(where, mean, { matrix: ['scaleMatrix', scaleMatrix], diagonal: ['scale', scale] })
  const logNormaliser =
    logGamma(nu / 2) + (d / 2) * Math.log(nu * Math.PI) + spread.logDeterminant - logGamma((nu + d) / 2)
  return {
    eventShape: [d],
    spec: {
      kind: 'studentT',
      mean,
      degreesOfFreedom: nu,
      ...(scale === undefined ? { scaleMatrix } : { scale }),
    },
    sample(key, count) {
      checkInteger(where, { count }, { least: 0 })
      // χ²(ν) = 2·Gamma(ν/2).
      const factors = gammaValues(foldIn(key, 1), count, nu / 2).map(g => Math.sqrt(nu / (2 * g)))
      return affineRows(normalValues(foldIn(key, 0), count * d), mean, spread.factor, factors)
    },
    logProb(x) {
      checkShape(`${where}.logProb`, { x }, ['batch', d])
      return tf.tidy(() => {
        const kernel = tf.mul(log1p(tf.div(spread.squaredDistance(x), nu)), -(nu + d) / 2)
        return tf.sub(kernel, logNormaliser) as tf.Tensor1D
      })
    },
  }
}
