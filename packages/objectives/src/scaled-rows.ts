import { customGradient } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** x·scale; where the scale is a number, nothing is kept for the gradient, as tf.mul would keep x. */
export function scaledRows(x: tf.Tensor2D, scale: number | tf.Tensor): tf.Tensor2D {
  if (scale instanceof tf.Tensor) return tf.mul(x, scale)
  return customGradient(
    x => ({ value: tf.mul(x, scale), saved: [], gradient: dy => [tf.mul(dy, scale)] }),
    x,
  ) as tf.Tensor2D
}
