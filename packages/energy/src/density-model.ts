import { checkNumber, type DensityModel, type EnergyModel, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { ExactEnergyModel } from './exact-energy-model.ts'

export interface DensityModelOptions {
  /** Where the learned log partition begins, in nats. Default 0. */
  readonly logPartition?: number
}

/**
 * An energy with a learned log partition (docs/notes.md eq. 1.7; Gutmann and Hyvärinen 2012):
 * log p(x) = −E(x) − log Z, log Z a scalar parameter named "logPartition". Binary NCE learns it with the rest; ranking NCE
 * leaves it alone.
 *
 * @throws RangeError for a start that is not finite; TypeError where the energy has a parameter of that name already
 *
 * @example
 * ```ts
 * import { densityModel, mlpEnergy } from '@chiaro/energy'
 * import { key, normal } from '@chiaro/random'
 *
 * const model = densityModel(mlpEnergy({ dimension: 2, widths: [16] }, key(1)), { logPartition: 0 })
 * model.logDensity(normal(key(2), [4, 2])).print() // −energy − log Z, which is learned with the rest
 * ```
 */
export function densityModel(energy: EnergyModel, options: DensityModelOptions = {}): DensityModel {
  const { logPartition = 0 } = options
  checkNumber('densityModel', { logPartition })
  if (Object.hasOwn(energy.parameters, 'logPartition')) {
    throw typeError('densityModel', 'energy', 'without a parameter "logPartition"', 'one that has it')
  }
  const learned = tf.tidy(() => tf.variable(tf.scalar(logPartition))) as tf.Variable & tf.Scalar
  return {
    parameters: { ...energy.parameters, logPartition: learned },
    logPartition: learned,
    energy: x => energy.energy(x),
    logDensity: x => tf.tidy(() => tf.neg(tf.add(energy.energy(x), learned)) as tf.Tensor1D),
  }
}

/**
 * An analytic energy with its exact log partition, computed from the parameters whenever it is asked for (the caller
 * disposes it): log p(x) = −E(x) − log Z, with gradients through both. It is what maximum likelihood can train.
 *
 * @example
 * ```ts
 * import { gaussianEnergy, normalizedModel } from '@chiaro/energy'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const model = normalizedModel(gaussianEnergy({ dimension: 2 }))
 * model.logDensity(tf.zeros([1, 2])).print() // −log 2π
 * ```
 */
export function normalizedModel(energy: ExactEnergyModel): DensityModel {
  return {
    parameters: energy.parameters,
    get logPartition() {
      return energy.exactLogPartition()
    },
    energy: x => energy.energy(x),
    logDensity: x =>
      tf.tidy(() => tf.neg(tf.add(energy.energy(x), energy.exactLogPartition())) as tf.Tensor1D),
  }
}
