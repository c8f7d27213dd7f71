import * as tf from '@tensorflow/tfjs-core'

/** true where x is finite; a comparison, which no NaN passes. */
export function finiteWhere(x: tf.Tensor): tf.Tensor {
  return tf.lessEqual(tf.abs(x), 3.4028234e38)
}

/** Row by row: `whenTrue` where the condition holds, else `whenFalse`. Selects, so that NaN never spreads. */
export function selectChains<T extends tf.Tensor>(condition: tf.Tensor1D, whenTrue: T, whenFalse: T): T {
  return tf.tidy(() => {
    const chains = condition.size
    const rows = tf.add(tf.range(0, chains, 1, 'int32'), tf.mul(tf.cast(condition, 'int32'), chains))
    return tf.gather(tf.concat([whenFalse as tf.Tensor, whenTrue], 0), tf.cast(rows, 'int32')) as T
  })
}
