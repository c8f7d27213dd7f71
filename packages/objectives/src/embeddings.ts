import { rangeError, typeError } from '@chiaro/core'
import { l2Normalize } from '@chiaro/ops'
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

/** Refuses a pair that is not float32 [n, d] twice. */
export function checkPair(where: string, x: tf.Tensor, y: tf.Tensor): void {
  checkEmbeddings(where, 'x', x)
  checkEmbeddings(where, 'y', y)
  if (!tf.util.arraysEqual(y.shape, x.shape)) {
    throw typeError(where, 'y', `[${x.shape.join(', ')}], as x`, `[${y.shape.join(', ')}]`)
  }
}

/** Refuses views that are not two or more float32 tensors of one shape [n, d]. */
export function checkViews(where: string, views: readonly tf.Tensor2D[]): void {
  if (!Array.isArray(views)) throw typeError(where, 'views', 'an array of tensors', typeof views)
  if (views.length < 2) throw rangeError(where, 'views', 'at least two tensors', String(views.length))
  views.forEach((view, v) => {
    checkEmbeddings(where, `views[${v}]`, view)
    if (!tf.util.arraysEqual(view.shape, views[0].shape)) {
      throw typeError(where, `views[${v}]`, `[${views[0].shape.join(', ')}]`, `[${view.shape.join(', ')}]`)
    }
  })
}

/** Unit vectors, or the embeddings as they are. */
export function prepared(embeddings: tf.Tensor2D, normalize: boolean): tf.Tensor2D {
  return normalize ? l2Normalize(embeddings) : embeddings
}
