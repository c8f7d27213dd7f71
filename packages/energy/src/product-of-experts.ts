import { checkLength, type EnergyModel } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { prefixedParameters } from './prefixed-parameters.ts'

/**
 * A product of densities (Hinton 2002): E(x) = Σ E_i(x), p ∝ Π p_i. Each expert may veto what the others allow; log Z
 * is in general unknown even where every expert's own is known.
 *
 * energy: what the experts take → [batch], in nats. Parameters "expert1/…", "expert2/…".
 *
 * @throws RangeError for no expert
 *
 * @example
 * ```ts
 * import { gaussianEnergy, productOfExperts } from '@chiaro/energy'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const experts = [0, 2].map(mean => gaussianEnergy({ dimension: 1, mean: [mean] }))
 * productOfExperts(experts).energy(tf.tensor2d([[1]])).print() // ½ + ½
 * ```
 */
export function productOfExperts(experts: readonly EnergyModel[]): EnergyModel {
  checkLength('productOfExperts', { experts }, { least: 1 })
  return {
    parameters: prefixedParameters(
      Object.fromEntries(experts.map((expert, i) => [`expert${i + 1}`, expert])),
    ),
    energy: x => tf.tidy(() => tf.addN(experts.map(expert => expert.energy(x))) as tf.Tensor1D),
  }
}
