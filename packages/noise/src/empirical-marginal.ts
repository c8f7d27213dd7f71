import { checkInteger, checkShape, type NoiseDistribution } from '@chiaro/core'
import { integers } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

/** Noise one can draw from but not evaluate. */
export type NoiseSampler = Omit<NoiseDistribution, 'logProb'>

/**
 * Rows of the data themselves, with replacement: the marginal p(y) that in-batch negatives come from. It has no density, so it
 * serves losses in which log p_noise cancels (InfoNCE, or NCE of a ratio p(x, y)/p(x)p(y)), not those that learn log p.
 *
 * @param data [n, …event], of any dtype; it must live as long as this is drawn from
 * @throws TypeError for a scalar; RangeError for no row
 *
 * @example
 * ```ts
 * import { empiricalMarginal } from '@chiaro/noise'
 * import { key, normal } from '@chiaro/random'
 *
 * const data = normal(key(1), [100, 3])
 * empiricalMarginal(data).sample(key(2), 5).print() // five rows of the data
 * ```
 */
export function empiricalMarginal(data: tf.Tensor): NoiseSampler {
  const where = 'empiricalMarginal'
  const { n } = checkShape(where, { data }, ['n', '…event'], { dtype: 'any', least: { n: 1 } })
  return {
    eventShape: data.shape.slice(1),
    sample(key, count) {
      checkInteger(where, { count }, { least: 0 })
      return tf.tidy(() => tf.gather(data, integers(key, [count], { maximum: n }) as tf.Tensor1D))
    },
  }
}
