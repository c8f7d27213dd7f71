import {
  type Buffers,
  described,
  type EmbedOptions,
  type Encoder,
  type Parameters,
  typeError,
} from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** A weight of a tfjs-layers model. Its types hide the tf.Variable it wraps in `val`, which is looked for at run time. */
interface LayersWeight {
  readonly originalName: string
  readonly name: string
}

/** What is asked of a tfjs-layers model, so that the package need not be there. */
export interface LayersModelLike {
  readonly trainableWeights: readonly LayersWeight[]
  readonly nonTrainableWeights: readonly LayersWeight[]
  apply(x: tf.Tensor, options?: { training?: boolean }): unknown
}

/**
 * A tf.LayersModel of one input and one output [batch, d] as an encoder; it shares the model's variables, by their
 * names ("dense_Dense1/kernel"). The model's own random layers draw from tfjs, not from a key.
 *
 * @throws TypeError where a weight is no tfjs-layers variable; embed: for an output of another rank
 *
 * @example
 * ```ts
 * import { fromLayersModel, type LayersModelLike } from '@chiaro/encoders'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // Of a model that tf.sequential made, or loadLayersModel read: its variables are shared, and train on.
 * function embedBy(model: LayersModelLike, x: tf.Tensor): tf.Tensor2D {
 *   const encoder = fromLayersModel(model)
 *   console.log(Object.keys(encoder.parameters)) // dense_Dense1/kernel, …
 *   return encoder.embed(x)
 * }
 * console.log(embedBy.length)
 * ```
 */
export function fromLayersModel(model: LayersModelLike): Encoder {
  return {
    parameters: named(model.trainableWeights),
    buffers: named(model.nonTrainableWeights),
    embed: (x, { training = false } = {}) =>
      tf.tidy(() => {
        const y = model.apply(x, { training })
        if (!(y instanceof tf.Tensor) || y.rank !== 2) {
          throw typeError('fromLayersModel', 'model', 'a model of one output [batch, d]', described(y))
        }
        return y as tf.Tensor2D
      }),
  }
}

function named(weights: readonly LayersWeight[]): Parameters {
  return Object.fromEntries(
    weights.map(weight => {
      const variable = (weight as LayersWeight & { readonly val?: unknown }).val
      if (!(variable instanceof tf.Variable)) {
        throw typeError('fromLayersModel', 'model', 'built, of tfjs variables', weight.originalName)
      }
      return [weight.originalName, variable]
    }),
  )
}

/**
 * Any function as an encoder, with the variables it uses by name (default none).
 *
 * @throws embed: TypeError for a result that is not [batch, d]
 *
 * @example
 * ```ts
 * import { fromFunction } from '@chiaro/encoders'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // Pixels themselves: what an encoder has to beat.
 * const pixels = fromFunction({ embed: x => tf.reshape(x, [x.shape[0], -1]) })
 * console.log(pixels.embed(tf.zeros([4, 8, 8, 3])).shape) // [4, 192]
 * ```
 */
export function fromFunction(parts: {
  readonly embed: (x: tf.Tensor, options: EmbedOptions) => tf.Tensor
  readonly parameters?: Parameters
  readonly buffers?: Buffers
}): Encoder {
  const { embed, parameters = {}, buffers = {} } = parts
  return {
    parameters,
    buffers,
    embed: (x, options = {}) =>
      tf.tidy(() => {
        const y = embed(x, options)
        if (y.rank !== 2) throw typeError('fromFunction', 'embed', 'a function to [batch, d]', described(y))
        return y as tf.Tensor2D
      }),
  }
}
