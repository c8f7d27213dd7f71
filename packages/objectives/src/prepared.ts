import { l2Normalize } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'

/** Unit vectors, or the embeddings as they are. */
export function prepared(embeddings: tf.Tensor2D, normalize: boolean): tf.Tensor2D {
  return normalize ? l2Normalize(embeddings) : embeddings
}
