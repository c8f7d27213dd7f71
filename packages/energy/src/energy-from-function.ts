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
 *
 * @example
 * ```ts
 * import { energyFromFunction } from '@chiaro/energy'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const stiffness = tf.variable(tf.scalar(2))
 * const model = energyFromFunction(x => tf.mul(tf.sum(tf.square(x), 1), stiffness), { stiffness })
 * model.energy(tf.ones([3, 2])).print() // [4, 4, 4]
 * ```
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
