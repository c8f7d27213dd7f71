import * as tf from '@tensorflow/tfjs-core'
import type { ChainState } from './chain-state.ts'

/** true where x is finite; a comparison, which no NaN passes. */
export function finiteWhere(x: tf.Tensor): tf.Tensor {
  return tf.lessEqual(tf.abs(x), 3.4028234e38)
}

/** true for chains whose position, energy and gradient are finite throughout, bool [chains]. */
export function finiteChains({ position, gradient, energy }: ChainState): tf.Tensor1D {
  return tf.tidy(() => {
    const rows = [position, gradient, energy].map(x =>
      tf.all(finiteWhere(tf.reshape(x, [energy.size, -1])), 1),
    )
    return rows.reduce((a, b) => tf.logicalAnd(a, b)) as tf.Tensor1D
  })
}

/** Row by row: `whenTrue` where the condition holds, else `whenFalse`. Selects, so that NaN never spreads. */
export function selectChains<T extends tf.Tensor>(condition: tf.Tensor1D, whenTrue: T, whenFalse: T): T {
  return tf.tidy(() => {
    const chains = condition.size
    const rows = tf.add(tf.range(0, chains, 1, 'int32'), tf.mul(tf.cast(condition, 'int32'), chains))
    return tf.gather(tf.concat([whenFalse as tf.Tensor, whenTrue], 0), tf.cast(rows, 'int32')) as T
  })
}
