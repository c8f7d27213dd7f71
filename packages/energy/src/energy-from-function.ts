import { described, type EnergyModel, type Parameters, typeError } from '@chiaro/core'
// What comes out is differentiated: this registers the gradients.
import '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Any function as an energy model: E = f. Name the variables that f reads, for training and checkpoints.
 *
 * @param f [batch, …event] → [batch], in nats; its intermediate tensors are disposed
 * @param parameters default none
 * @throws energy: TypeError where f gives anything but one number a row
 */
export function energyFromFunction(f: (x: tf.Tensor) => tf.Tensor, parameters: Parameters = {}): EnergyModel {
  return {
    parameters,
    energy(x) {
      const energies = tf.tidy(() => f(x))
      if (energies.rank === 1 && energies.shape[0] === x.shape[0]) return energies as tf.Tensor1D
      energies.dispose()
      throw typeError('energyFromFunction', 'f', `a function to [${x.shape[0]}]`, described(energies))
    },
  }
}
