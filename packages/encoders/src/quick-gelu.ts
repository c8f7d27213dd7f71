import { silu } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/**
 * x·σ(1.702·x), the sigmoid approximation of GELU (Hendrycks & Gimpel 2016) with which OpenAI's CLIP was trained; up
 * to 0.02 from the exact one.
 */
export function quickGelu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(silu(tf.mul(x, 1.702)), 1 / 1.702)) as T
}
