import { described, type Encoder, typeError } from '@chiaro/core'
// What comes out is differentiated: this registers the gradients.
import '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** What is asked of a tfjs-converter model, so that the package need not be there. */
export interface GraphModelLike {
  execute(x: tf.Tensor, outputs?: string | string[]): tf.Tensor | tf.Tensor[]
}

export interface FromGraphModelOptions {
  /** The node whose output is the embedding ("MobilenetV2/Logits/AvgPool"). Default the model's own output. */
  readonly output?: string
}

/**
 * A tf.GraphModel of one input as a frozen encoder: a pretrained backbone. Its weights are constants of the graph, so it
 * has no parameters; gradients flow through it to x alone. Feature maps [batch, height, width, d] become [batch, d] by
 * their means.
 *
 * @throws embed: TypeError where the output is no tensor of rank 2 or 4
 *
 * @example
 * ```ts
 * import { fromGraphModel, projectionHead } from '@chiaro/encoders'
 * import { key } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // In its place: await loadGraphModel(modelFiles('mobilenet/model.json')), of tfjs-converter and @chiaro/data/node.
 * const graph = { execute: (x: tf.Tensor) => tf.mean(x, [1, 2]) }
 * const backbone = fromGraphModel(graph)
 * const head = projectionHead({ inputDimension: 3, hiddenDimension: 16, outputDimension: 8 }, key(1)) // what learns
 * console.log(head.project(backbone.embed(tf.zeros([2, 16, 16, 3]))).shape) // [2, 8]
 * ```
 */
export function fromGraphModel(model: GraphModelLike, options: FromGraphModelOptions = {}): Encoder {
  return {
    parameters: {},
    buffers: {},
    embed: x =>
      tf.tidy(() => {
        const y = model.execute(x, options.output)
        if (y instanceof tf.Tensor && y.rank === 2) return y as tf.Tensor2D
        if (y instanceof tf.Tensor && y.rank === 4) return tf.mean(y, [1, 2]) as tf.Tensor2D
        const expected = 'a model of one output [batch, d] or [batch, height, width, d]'
        throw typeError('fromGraphModel', 'model', expected, described(y))
      }),
  }
}
