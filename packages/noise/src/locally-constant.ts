import * as tf from '@tensorflow/tfjs-core'

/**
 * f(x) with a gradient of zero, for log-densities that only say where x lies. Comparisons have no gradients in tfjs: a tape
 * that met them outside would throw.
 */
export function locallyConstant(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor1D {
  const { shape } = x
  const constant = tf.customGrad(input => ({
    value: f(input as tf.Tensor),
    gradFunc: () => tf.zeros(shape),
  }))
  return constant(x) as tf.Tensor1D
}
