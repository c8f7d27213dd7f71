import * as tf from '@tensorflow/tfjs-core'

/** x as a constant: the same values, and a gradient of zero. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const { shape } = x
  const constant = tf.customGrad(input => ({
    value: tf.clone(input as tf.Tensor),
    gradFunc: () => tf.zeros(shape),
  }))
  return constant(x) as T
}
