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
