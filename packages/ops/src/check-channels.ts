import { checkShape, described, typeError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/** Refuses x that is not float32 […, c] of rank 2 or more, and vectors that are not float32 [c]. */
export function checkChannels(
  where: string,
  x: tf.Tensor,
  vectors: Readonly<Record<string, tf.Tensor>>,
): void {
  if (x.rank < 2 || x.dtype !== 'float32') {
    throw typeError(where, 'x', 'float32 […, c] of rank 2 or more', described(x))
  }
  checkShape(where, vectors, [x.shape[x.rank - 1]])
}
