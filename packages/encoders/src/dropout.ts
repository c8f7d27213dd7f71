import { type EmbedOptions, typeError } from '@chiaro/core'
import { bernoulli, tensorOfRows } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Sets a share `rate` of x to 0 and scales the rest by 1/(1 − rate), so that its mean stays (Srivastava et al.
 * 2014); x itself outside training or at rate 0, which draws nothing.
 *
 * @throws TypeError in training without a key
 */
export function dropout<T extends tf.Tensor>(
  x: T,
  rate: number,
  { training, key, ...part }: EmbedOptions,
): T {
  if (!training || rate === 0) return x
  if (key === undefined) throw typeError('embed', 'key', 'a RandomKey when training with dropout', 'none')
  const [count, ...row] = x.shape
  return tf.tidy(() => {
    const kept = tensorOfRows(count, part, n => tf.cast(bernoulli(key, [n, ...row], 1 - rate), 'float32'))
    return tf.div(tf.mul(x, kept), 1 - rate) as T
  })
}
