import * as tf from '@tensorflow/tfjs-core'
import { softplus } from './softplus.ts'

/** log σ(x) = −softplus(−x), elementwise, in nats; its gradient is σ(−x). */
export function logSigmoid<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.neg(softplus(tf.neg(x))))
}
