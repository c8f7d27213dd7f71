import { silu } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/**
 * x·σ(1.702·x), the sigmoid approximation of GELU (Hendrycks & Gimpel 2016) with which OpenAI's CLIP was trained; up
 * to 0.02 from the exact one.
 *
 * @example
 * ```ts
 * import { quickGelu } from '@chiaro/encoders'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * quickGelu(tf.tensor1d([-1, 0, 1])).print() // −0.154, 0, 0.846; the exact GELU: −0.159, 0, 0.841
 * ```
 */
export function quickGelu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(silu(tf.mul(x, 1.702)), 1 / 1.702)) as T
}
