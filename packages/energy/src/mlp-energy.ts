import { type EnergyModel, newVariables, type RandomKey, rangeError, typeError } from '@chiaro/core'
import { dense, foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type Activation, activate, checkActivation } from './activation.ts'

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
 */
export function mlpEnergy(options: MlpEnergyOptions, key: RandomKey): EnergyModel {
  const { dimension, widths = [64, 64], activation = 'silu' } = options
  const sizes = [dimension, ...widths]
  sizes.forEach((size, i) => {
    if (Number.isInteger(size) && size > 0) return
    const argument = i === 0 ? 'dimension' : `widths[${i - 1}]`
    throw rangeError('mlpEnergy', argument, 'a positive integer', String(size))
  })
  checkActivation('mlpEnergy', activation)
  const standardise = standardiser(options)
  const variables = newVariables()
  const layers = widths.map((width, i) =>
    dense(variables, `layer${i + 1}`, [sizes[i], width], foldIn(key, i), { gain: Math.SQRT2 }),
  )
  const output = dense(variables, 'output', [sizes[widths.length], 1], foldIn(key, widths.length))
  return {
    parameters: variables.parameters,
    energy(x) {
      if (x.rank !== 2 || x.shape[1] !== dimension) {
        throw typeError('energy', 'x', `[batch, ${dimension}]`, `[${x.shape}]`)
      }
      return tf.tidy(() => {
        const h = layers.reduce((h, layer) => activate(activation, layer(h)) as tf.Tensor2D, standardise(x))
        return tf.reshape(output(h), [-1]) as tf.Tensor1D
      })
    },
  }
}

/** (x − mean)/deviation, or x where neither is given. */
function standardiser({ dimension, mean, deviation }: MlpEnergyOptions): (x: tf.Tensor) => tf.Tensor2D {
  for (const [name, values] of Object.entries({ mean, deviation })) {
    if (values === undefined) continue
    if (values.length !== dimension) {
      throw typeError('mlpEnergy', name, `${dimension} numbers`, String(values.length))
    }
    const column = values.findIndex(value => !Number.isFinite(value) || (name === 'deviation' && value <= 0))
    if (column < 0) continue
    const expected = name === 'deviation' ? 'positive and finite' : 'finite'
    throw rangeError('mlpEnergy', `${name}[${column}]`, expected, String(values[column]))
  }
  if (mean === undefined && deviation === undefined) return x => x as tf.Tensor2D
  const offsets = Array.from({ length: dimension }, (_, i) => mean?.[i] ?? 0)
  const scales = Array.from({ length: dimension }, (_, i) => 1 / (deviation?.[i] ?? 1))
  return x => tf.mul(tf.sub(x, tf.tensor1d(offsets)), tf.tensor1d(scales)) as tf.Tensor2D
}
