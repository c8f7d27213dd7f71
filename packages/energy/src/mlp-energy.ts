import {
  checkInteger,
  checkLength,
  checkNumber,
  checkOneOf,
  checkShape,
  type EnergyModel,
  newVariables,
  type RandomKey,
} from '@chiaro/core'
import { dense, foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type Activation, activate, activations } from './activation.ts'

export interface MlpEnergyOptions {
  /** Numbers a row. */
  readonly dimension: number
  /** Units of the hidden layers. Default [64, 64]. */
  readonly widths?: readonly number[]
  /** Default 'silu': smooth, so that score matching and Langevin dynamics have the derivatives they need. */
  readonly activation?: Activation
  /** Subtracted from inputs, one number a column. Default 0. */
  readonly mean?: readonly number[]
  /** Inputs are divided by it, one number a column. Default 1. */
  readonly deviation?: readonly number[]
}

/**
 * A network as an energy: E(x) = wᵀh_L + b with h_l = activation(W_l h_{l−1} + b_l), h_0 = (x − mean)/deviation. By
 * itself it may have no finite Z; `tiltedEnergy` gives it a base that does.
 *
 * energy: [batch, dimension] → [batch], in nats. Names "layer1/kernel", "layer1/bias", …, "output/kernel", "output/bias".
 *
 * @throws RangeError for sizes that are no positive integers, a deviation that is not positive and an unknown
 *   activation; TypeError for means or deviations of another length; energy: TypeError for another shape
 *
 * @example
 * ```ts
 * import { mlpEnergy } from '@chiaro/energy'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const model = mlpEnergy({ dimension: 2, widths: [32, 32], activation: 'softplus' }, key(1))
 * tf.grad(x => tf.sum(model.energy(x)))(normal(key(2), [4, 2])).print() // the score is its negative
 * ```
 */
export function mlpEnergy(options: MlpEnergyOptions, key: RandomKey): EnergyModel {
  const { dimension, widths = [64, 64], activation = 'silu' } = options
  checkInteger('mlpEnergy', { dimension, widths }, { least: 1 })
  checkOneOf('mlpEnergy', { activation }, activations)
  const sizes = [dimension, ...widths]
  const standardise = standardiser(options)
  const variables = newVariables()
  const layers = widths.map((width, i) =>
    dense(variables, `layer${i + 1}`, [sizes[i], width], foldIn(key, i), { gain: Math.SQRT2 }),
  )
  const output = dense(variables, 'output', [sizes[widths.length], 1], foldIn(key, widths.length))
  return {
    parameters: variables.parameters,
    energy(x) {
      checkShape('energy', { x }, ['batch', dimension])
      return tf.tidy(() => {
        const h = layers.reduce((h, layer) => activate(activation, layer(h)) as tf.Tensor2D, standardise(x))
        return tf.reshape(output(h), [-1]) as tf.Tensor1D
      })
    },
  }
}

/** (x − mean)/deviation, or x where neither is given. */
function standardiser({ dimension, mean, deviation }: MlpEnergyOptions): (x: tf.Tensor) => tf.Tensor2D {
  if (mean === undefined && deviation === undefined) return x => x as tf.Tensor2D
  const offsets = mean ?? Array<number>(dimension).fill(0)
  const deviations = deviation ?? Array<number>(dimension).fill(1)
  checkLength('mlpEnergy', { mean: offsets, deviation: deviations }, { exactly: dimension })
  checkNumber('mlpEnergy', { mean: offsets })
  checkNumber('mlpEnergy', { deviation: deviations }, { above: 0 })
  const scales = deviations.map(value => 1 / value)
  return x => tf.mul(tf.sub(x, tf.tensor1d([...offsets])), tf.tensor1d(scales)) as tf.Tensor2D
}
