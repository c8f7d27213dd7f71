import { l2Normalize, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** Refuses embeddings that are not float32 [rows, d]. */
export function checkEmbeddings(
  where: string,
  argument: string,
  embeddings: tf.Tensor,
  width?: number,
): void {
  if (!(embeddings instanceof tf.Tensor) || embeddings.rank !== 2) {
    const actual = embeddings instanceof tf.Tensor ? `[${embeddings.shape.join(', ')}]` : typeof embeddings
    throw typeError(where, argument, 'a tensor [rows, dimension]', actual)
  }
  if (embeddings.dtype !== 'float32') throw typeError(where, argument, 'float32', embeddings.dtype)
  if (width !== undefined && embeddings.shape[1] !== width) {
    throw typeError(where, argument, `of dimension ${width}`, `[${embeddings.shape.join(', ')}]`)
  }
}

/** Unit vectors, or the embeddings as they are. */
export function prepared(embeddings: tf.Tensor2D, normalize: boolean): tf.Tensor2D {
  return normalize ? l2Normalize(embeddings) : embeddings
}
