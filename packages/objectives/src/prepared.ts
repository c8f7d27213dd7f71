import { l2Normalize } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'

/** Unit vectors, or the embeddings as they are, of which is known by now that they are [rows, numbers]. */
export function prepared(embeddings: tf.Tensor, normalize: boolean): tf.Tensor2D {
  return (normalize ? l2Normalize(embeddings) : embeddings) as tf.Tensor2D
}
