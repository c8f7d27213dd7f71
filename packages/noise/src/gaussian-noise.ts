import { checkInteger, checkLength, checkNumber, checkShape, type Matrix } from '@chiaro/core'
import { normalValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { affineRows } from './affine-rows.ts'
import type { Noise } from './noise.ts'
import { spreadOf } from './spread.ts'

/** A mean with either a covariance or deviations. */
export interface GaussianNoiseOptions {
  /** d numbers. */
  readonly mean: readonly number[]
  /** d×d, symmetric and positive definite. */
  readonly covariance?: Matrix
  /** d standard deviations of independent columns. */
  readonly deviation?: readonly number[]
}

export type GaussianNoiseSpec = { readonly kind: 'gaussian' } & GaussianNoiseOptions

/**
 * Gaussian rows of d numbers, the usual noise for continuous data (Gutmann and Hyvärinen 2012):
 *
 *   log q(x) = −½ (x − μ)ᵀΣ⁻¹(x − μ) − ½ log |Σ| − (d/2) log 2π,   x = μ + L z, Σ = LLᵀ
 *
 * Factor and determinant are float64 on the host; log-densities are the backend's float32, differentiable in x.
 *
 * @throws TypeError for lengths that don't fit, and for both or neither of covariance and deviation; RangeError that names
 *   a deviation that is not positive, and for a covariance that is not symmetric and positive definite
 *
 * @example
 * ```ts
 * import { gaussianNoise } from '@chiaro/noise'
 * import { key } from '@chiaro/random'
 *
 * const noise = gaussianNoise({ mean: [0, 0], covariance: [[1, 0.8], [0.8, 1]] })
 * const rows = noise.sample(key(1), 5)
 * noise.logProb(rows).print() // nats
 * ```
 */
export function gaussianNoise(options: GaussianNoiseOptions): Noise<GaussianNoiseSpec> {
  const where = 'gaussianNoise'
  const { mean, covariance, deviation } = options
  checkLength(where, { mean }, { least: 1 })
  checkNumber(where, { mean })
  const d = mean.length
  const spread = spreadOf(where, mean, {
    matrix: ['covariance', covariance],
    diagonal: ['deviation', deviation],
  })
  const logNormaliser = spread.logDeterminant + (d / 2) * Math.log(2 * Math.PI)
  return {
    eventShape: [d],
    spec: { kind: 'gaussian', mean, ...(deviation === undefined ? { covariance } : { deviation }) },
    sample(key, count) {
      checkInteger(where, { count }, { least: 0 })
      return affineRows(normalValues(key, count * d), mean, spread.factor)
    },
    logProb(x) {
      checkShape(`${where}.logProb`, { x }, ['batch', d])
      return tf.tidy(() => tf.sub(tf.mul(spread.squaredDistance(x), -0.5), logNormaliser) as tf.Tensor1D)
    },
  }
}
