import * as tf from '@tensorflow/tfjs-core'
import { customGradient } from './custom-gradient.ts'

/**
 * log(1 + x) for x ≥ 0 to float32 precision, small x included. With u = 1 + x as rounded, log(u)·x / (u − 1)
 * makes good what the rounding lost (Kahan); a backend whose own log1p is log(1 + x), as tfjs's wasm, would
 * give 0 for 1e-8. The gradient is 1 / (1 + x).
 */
export function log1p(x: tf.Tensor): tf.Tensor {
  return customGradient(input => {
    const u = tf.add(input, 1)
    const taken = tf.sub(u, 1)
    const lost = tf.equal(taken, 0)
    const ratio = tf.div(input, tf.where(lost, tf.onesLike(taken), taken))
    const infinite = tf.equal(u, Number.POSITIVE_INFINITY)
    const corrected = tf.mul(tf.log(u), tf.where(infinite, tf.onesLike(ratio), ratio))
    return {
      value: tf.where(lost, input, corrected),
      saved: [input],
      gradient: (dy, [saved]) => [tf.div(dy, tf.add(saved, 1))],
    }
  }, x)
}
