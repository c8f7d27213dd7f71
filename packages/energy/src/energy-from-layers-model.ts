import { described, type EnergyModel, typeError } from '@chiaro/core'
// What comes out is differentiated: this registers the gradients.
import '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** A weight of a tfjs-layers model. Its types hide the tf.Variable it wraps in `val`, which is looked for at run time. */
interface LayersWeight {
  readonly originalName: string
}

/** What is asked of a tfjs-layers model, so that the package need not be there. */
export interface LayersEnergyModelLike {
  readonly trainableWeights: readonly LayersWeight[]
  apply(x: tf.Tensor, options?: { training?: boolean }): unknown
}

/**
 * A tf.LayersModel of one input and one number a row as an energy: its output, [batch, 1] or [batch], is E(x) in nats. It
 * shares the model's trainable variables, by their names ("dense_Dense1/kernel"), and runs as at inference: dropout is
 * off, and running statistics stay as they are.
 *
 * @throws TypeError where a weight is no tfjs-layers variable; energy: for an output of another shape
 */
export function energyFromLayersModel(model: LayersEnergyModelLike): EnergyModel {
  const where = 'energyFromLayersModel'
  const parameters = Object.fromEntries(
    model.trainableWeights.map(weight => {
      const { val } = weight as LayersWeight & { readonly val?: unknown }
      if (!(val instanceof tf.Variable)) {
        throw typeError(where, 'model', 'built, of tfjs variables', weight.originalName)
      }
      return [weight.originalName, val]
    }),
  )
  return {
    parameters,
    energy: x =>
      tf.tidy(() => {
        const y = model.apply(x, { training: false })
        if (y instanceof tf.Tensor && y.size === x.shape[0] && y.rank <= 2) {
          return tf.reshape(y, [-1]) as tf.Tensor1D
        }
        throw typeError(where, 'model', `a model to [${x.shape[0]}, 1]`, described(y))
      }),
  }
}
