import { checkInteger, checkLength, checkNumber, checkShape } from '@chiaro/core'
import { unitValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { affineRows } from './affine-rows.ts'
import type { Noise } from './noise.ts'

export interface LaplaceNoiseOptions {
  /** Mean and median of each column, d numbers. */
  readonly mean: readonly number[]
  /** b of each column, d numbers; the standard deviation is √2·b. */
  readonly scale: readonly number[]
}

export type LaplaceNoiseSpec = { readonly kind: 'laplace' } & LaplaceNoiseOptions

/**
 * Independent Laplace columns: log q(x) = −Σ (|x − μ|/b + log 2b). Tails heavier than a Gaussian's. Drawn by its quantile
 * function from one uniform number a value.
 *
 * @throws TypeError for lengths that don't fit; RangeError that names a scale that is not positive
 *
 * @example
 * ```ts
 * import { laplaceNoise } from '@chiaro/noise'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * laplaceNoise({ mean: [0], scale: [1] }).logProb(tf.tensor2d([[0], [3]])).print() // −log 2 and −log 2 − 3
 * ```
 */
export function laplaceNoise({ mean, scale }: LaplaceNoiseOptions): Noise<LaplaceNoiseSpec> {
  const where = 'laplaceNoise'
  checkLength(where, { mean }, { least: 1 })
  checkNumber(where, { mean })
  checkLength(where, { scale }, { exactly: mean.length })
  checkNumber(where, { scale }, { above: 0 })
  const d = mean.length
  const logNormaliser = scale.reduce((sum, b) => sum + Math.log(2 * b), 0)
  return {
    eventShape: [d],
    spec: { kind: 'laplace', mean, scale },
    sample(key, count) {
      checkInteger(where, { count }, { least: 0 })
      const standard = unitValues(key, count * d).map(u =>
        u < 0.5 ? Math.log(2 * u) : -Math.log(2 * (1 - u)),
      )
      return affineRows(standard, mean, scale)
    },
    logProb(x) {
      checkShape(`${where}.logProb`, { x }, ['batch', d])
      return tf.tidy(() => {
        const centred = tf.div(tf.sub(x, tf.tensor1d([...mean])), tf.tensor1d([...scale]))
        return tf.sub(tf.neg(tf.sum(tf.abs(centred), 1)), logNormaliser) as tf.Tensor1D
      })
    },
  }
}
