import { customGradient } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Σ_c a[i, c]·b[i, c] for each row i: the logits of pairs that belong together. The gradient keeps the two inputs
 * alone, where that of a product and a sum keeps the products too.
 *
 * @param a [n, d]
 * @param b [n, d]
 * @returns [n]
 */
export function rowProducts(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D {
  return customGradient(
    () => ({
      value: tf.tidy(() => tf.sum(tf.mul(a, b), 1)),
      saved: [a, b],
      gradient: (dy, [first, second]) => {
        const column = tf.expandDims(dy, 1)
        return [tf.mul(second, column), tf.mul(first, column)]
      },
    }),
    a,
    b,
  ) as tf.Tensor1D
}
