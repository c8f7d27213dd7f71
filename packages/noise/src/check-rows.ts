import { typeError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/** Refuses what is not float32 [batch, d]. */
export function checkRows(where: string, x: tf.Tensor, d: number): void {
  if (x.rank !== 2 || x.shape[1] !== d) {
    throw typeError(where, 'x', `[batch, ${d}]`, `[${x.shape.join(', ')}]`)
  }
  if (x.dtype !== 'float32') throw typeError(where, 'x', 'float32', x.dtype)
}
