import * as tf from '@tensorflow/tfjs-core'

/** The second derivative of Σ f in the direction v: the gradient of ⟨f′(x), v⟩, by tfjs itself. */
export function secondDerivative(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, v: tf.Tensor): tf.Tensor {
  return tf.grad(a => tf.sum(tf.mul(v, tf.grad(b => tf.sum(f(b)))(a))))(x)
}
