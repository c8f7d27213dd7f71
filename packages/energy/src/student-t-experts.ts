import {
  checkInteger,
  checkNumber,
  checkShape,
  type EnergyModel,
  newVariables,
  type RandomKey,
} from '@chiaro/core'
import { log1p } from '@chiaro/ops'
import { normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

export interface StudentTExpertsOptions {
  /** Numbers a row, d. */
  readonly dimension: number
  /** How many experts. Default d; more make the model overcomplete. */
  readonly experts?: number
  /** The starting exponents α > 0 of all experts. Default 2. */
  readonly exponent?: number
}

/**
 * A product of Student-t experts on linear features (Welling, Hinton and Osindero 2003),
 * E(x) = Σ α_i log(1 + ½(w_iᵀx)²): sparse features, of which overcomplete sets have no closed log Z. Z is finite where
 * the w_i span the space and, in each direction, the α_i of the experts that see it sum to more than d/2 or so.
 *
 * energy: [batch, dimension] → [batch], in nats. Parameters: "features" [experts, dimension], drawn normal with variance
 * 1/d, and "logExponents" [experts], log α.
 *
 * @throws RangeError for sizes that are no positive integers and an exponent that is not positive; energy: TypeError
 *   for another shape
 *
 * @example
 * ```ts
 * import { studentTExperts } from '@chiaro/energy'
 * import { key, normal } from '@chiaro/random'
 *
 * const model = studentTExperts({ dimension: 2, experts: 4 }, key(1)) // more features than dimensions
 * model.energy(normal(key(2), [4, 2])).print()
 * ```
 */
export function studentTExperts(options: StudentTExpertsOptions, key: RandomKey): EnergyModel {
  const where = 'studentTExperts'
  const { dimension, experts = dimension, exponent = 2 } = options
  checkInteger(where, { dimension, experts }, { least: 1 })
  checkNumber(where, { exponent }, { above: 0 })
  const variables = newVariables()
  const standardDeviation = 1 / Math.sqrt(dimension)
  const features = variables.parameter(
    'features',
    normal(key, [experts, dimension], { standardDeviation }) as tf.Tensor2D,
  )
  const logExponents = variables.parameter('logExponents', tf.fill([experts], Math.log(exponent)))
  return {
    parameters: variables.parameters,
    energy(x) {
      checkShape('energy', { x }, ['batch', dimension])
      return tf.tidy(() => {
        const seen = tf.matMul(x as tf.Tensor2D, features, false, true)
        const each = log1p(tf.mul(tf.square(seen), 0.5))
        return tf.sum(tf.mul(each, tf.exp(logExponents)), 1) as tf.Tensor1D
      })
    },
  }
}
