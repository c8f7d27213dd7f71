import {
  checkInteger,
  checkNumber,
  checkOneOf,
  checkShape,
  type EnergyModel,
  newVariables,
  type RandomKey,
} from '@chiaro/core'
import { dense, foldIn, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type Activation, activate, activations } from './activation.ts'

export interface ConvEnergyOptions {
  readonly inputShape: readonly [height: number, width: number, channels: number]
  /** Channels of each convolution; each halves height and width. Default [32, 64, 128]. */
  readonly widths?: readonly number[]
  /** Default 'silu': smooth, so that score matching and Langevin dynamics have the derivatives they need. */
  readonly activation?: Activation
  /** Pictures enter as (x − mean)/deviation. Defaults 0.5 and 0.25. */
  readonly mean?: number
  readonly deviation?: number
}

/**
 * A convolution net as an energy of pictures: 3×3 convolutions of stride 2, zero-padded, with an activation after each,
 * then one linear layer to a number. No normalisation: a batch norm would make a picture's energy depend on its
 * neighbours in the batch, chains of a sampler among them (Nijkamp et al. 2020; Du and Mordatch 2019).
 *
 * energy: [batch, height, width, channels] → [batch], in nats. Names "conv1/kernel", "conv1/bias", …, "output/kernel",
 * "output/bias". Memory: the feature maps of a batch.
 *
 * @throws RangeError for sizes that are no positive integers, a mean that is not finite, a deviation that is not
 *   positive and an unknown activation; energy: TypeError for another shape
 *
 * @example
 * ```ts
 * import { convEnergy } from '@chiaro/energy'
 * import { key, uniform } from '@chiaro/random'
 *
 * const model = convEnergy({ inputShape: [8, 8, 1], widths: [8, 16] }, key(1))
 * model.energy(uniform(key(2), [4, 8, 8, 1])).print() // one number a picture
 * ```
 */
export function convEnergy(options: ConvEnergyOptions, key: RandomKey): EnergyModel {
  const { inputShape, widths = [32, 64, 128], activation = 'silu', mean = 0.5, deviation = 0.25 } = options
  const where = 'convEnergy'
  checkInteger(where, { inputShape, widths }, { least: 1 })
  checkNumber(where, { mean })
  checkNumber(where, { deviation }, { above: 0 })
  checkOneOf(where, { activation }, activations)
  const variables = newVariables()
  let [height, width, channels] = inputShape
  const layers = widths.map((outputs, i) => {
    const standardDeviation = Math.sqrt(2 / (9 * channels))
    const kernel = variables.parameter(
      `conv${i + 1}/kernel`,
      normal(foldIn(key, i), [3, 3, channels, outputs], { standardDeviation }) as tf.Tensor4D,
    )
    const bias = variables.parameter(`conv${i + 1}/bias`, tf.zeros([outputs]))
    ;[height, width, channels] = [Math.ceil(height / 2), Math.ceil(width / 2), outputs]
    return (x: tf.Tensor4D) =>
      activate(activation, tf.add(tf.conv2d(x, kernel, 2, 'same'), bias)) as tf.Tensor4D
  })
  const features = height * width * channels
  const output = dense(variables, 'output', [features, 1], foldIn(key, widths.length))
  return {
    parameters: variables.parameters,
    energy(x) {
      checkShape('energy', { x }, ['batch', ...inputShape])
      return tf.tidy(() => {
        const standard = tf.div(tf.sub(x, mean), deviation) as tf.Tensor4D
        const h = layers.reduce((maps, layer) => layer(maps), standard)
        return tf.reshape(output(tf.reshape(h, [x.shape[0], features])), [-1]) as tf.Tensor1D
      })
    },
  }
}
