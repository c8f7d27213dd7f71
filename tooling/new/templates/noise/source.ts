import { checkInteger, checkLength, checkNumber, checkShape } from '@chiaro/core'
import { softplus } from '@chiaro/ops'
import { unitValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { affineRows } from './affine-rows.ts'
import type { Noise } from './noise.ts'

export interface TemplateNameNoiseOptions {
  /** Mean and median of each column, d numbers. */
  readonly mean: readonly number[]
  /** s of each column, d numbers; the standard deviation is s·π/√3. */
  readonly scale: readonly number[]
}

export type TemplateNameNoiseSpec = { readonly kind: 'templateName' } & TemplateNameNoiseOptions

/**
 * Independent logistic columns: log q(x) = −Σ (z + 2·log(1 + e^(−z)) + log s), z = (x − μ)/s. Tails as heavy as Laplace's, and
 * smooth in the middle. Drawn by its quantile function, log(u/(1 − u)), from one uniform number a value.
 *
 * @throws TypeError for lengths that don't fit; RangeError that names a scale that is not positive
 */
export function templateNameNoise({ mean, scale }: TemplateNameNoiseOptions): Noise<TemplateNameNoiseSpec> {
  const where = 'templateNameNoise'
  checkLength(where, { mean }, { least: 1 })
  checkNumber(where, { mean })
  checkLength(where, { scale }, { exactly: mean.length })
  checkNumber(where, { scale }, { above: 0 })
  const d = mean.length
  const logNormaliser = scale.reduce((sum, s) => sum + Math.log(s), 0)
  return {
    eventShape: [d],
    spec: { kind: 'templateName', mean, scale },
    sample(key, count) {
      checkInteger(where, { count }, { least: 0 })
      const standard = unitValues(key, count * d).map(u => Math.log(u / (1 - u)))
      return affineRows(standard, mean, scale)
    },
    logProb(x) {
      checkShape(`${where}.logProb`, { x }, ['batch', d])
      return tf.tidy(() => {
        const z = tf.div(tf.sub(x, tf.tensor1d([...mean])), tf.tensor1d([...scale]))
        const each = tf.add(z, tf.mul(softplus(tf.neg(z)), 2))
        return tf.sub(tf.neg(tf.sum(each, 1)), logNormaliser) as tf.Tensor1D
      })
    },
  }
}
