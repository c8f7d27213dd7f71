import { checkInteger, checkLength, checkNumber, checkShape, newVariables } from '@chiaro/core'
import { softplus } from '@chiaro/ops'
import { unitValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { ExactEnergyModel } from './exact-energy-model.ts'

export interface TemplateNameEnergyOptions {
  /** Numbers a row, d. */
  readonly dimension: number
  /** The starting means, d numbers. Default 0. */
  readonly mean?: readonly number[]
  /** The starting scales s of all columns. Default 1. */
  readonly scale?: number
}

/**
 * Independent logistic columns by their energy, E(x) = Σ (z + 2·log(1 + e^(−z))), z = (x − μ)/s: quadratic in the middle, and
 * as steep as |z| far out.
 *
 *   log Z = Σ log s
 *
 * energy: [batch, dimension] → [batch], in nats. Parameters: "mean" [dimension] and "logScale" [dimension], log s, so that s
 * stays positive whatever a step does to it.
 *
 * @throws RangeError for a dimension that is no positive integer and a scale that is not positive; TypeError for means of
 *   another length; energy: TypeError for another shape
 */
export function templateNameEnergy(options: TemplateNameEnergyOptions): ExactEnergyModel {
  const where = 'templateNameEnergy'
  const { dimension: d, scale = 1 } = options
  checkInteger(where, { dimension: d }, { least: 1 })
  const { mean = Array<number>(d).fill(0) } = options
  checkLength(where, { mean }, { exactly: d })
  checkNumber(where, { mean })
  checkNumber(where, { scale }, { above: 0 })
  const variables = newVariables()
  const centre = variables.parameter('mean', tf.tensor1d([...mean]))
  const logScale = variables.parameter('logScale', tf.fill([d], Math.log(scale)))
  return {
    parameters: variables.parameters,
    energy(x) {
      checkShape('energy', { x }, ['batch', d])
      return tf.tidy(() => {
        const z = tf.div(tf.sub(x, centre), tf.exp(logScale))
        return tf.sum(tf.add(z, tf.mul(softplus(tf.neg(z)), 2)), 1) as tf.Tensor1D
      })
    },
    exactLogPartition: () => tf.sum(logScale) as tf.Scalar,
    sample: (key, count) =>
      tf.tidy(() => {
        const z = Float32Array.from(unitValues(key, count * d), u => Math.log(u / (1 - u)))
        return tf.add(centre, tf.mul(tf.tensor2d(z, [count, d]), tf.exp(logScale)))
      }),
  }
}
