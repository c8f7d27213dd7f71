import { checkInteger, checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { aliasTable } from './alias-table.ts'
import { locallyConstant } from './locally-constant.ts'
import type { Noise } from './noise.ts'

export interface OneHotNoiseOptions {
  /** One weight ≥ 0 a category; divided by their sum. */
  readonly weights: readonly number[]
}

export type OneHotNoiseSpec = { readonly kind: 'oneHot' } & OneHotNoiseOptions

/**
 * A category as a row of zeros and a single 1, float32 [k]: what a table's categorical column becomes, for `productNoise`.
 * log q(row) = log p(i) for the row with its 1 at i; a row that is not exactly one-hot has log-density −∞. A probability,
 * not a density per volume: the model must be one over the same rows. The gradient in x is 0.
 *
 * @throws RangeError for no weight, one that is negative or not finite (named), and when all are 0
 *
 * @example
 * ```ts
 * import { oneHotNoise } from '@chiaro/noise'
 * import { key } from '@chiaro/random'
 *
 * oneHotNoise({ weights: [5, 3, 2] }).sample(key(1), 4).print() // [4, 3], one 1 a row
 * ```
 */
export function oneHotNoise({ weights }: OneHotNoiseOptions): Noise<OneHotNoiseSpec> {
  const where = 'oneHotNoise'
  const table = aliasTable(where, 'weights', weights)
  const logarithms = Float32Array.from(table.probabilities, Math.log)
  const k = weights.length
  return {
    eventShape: [k],
    spec: { kind: 'oneHot', weights },
    sample(key, count) {
      checkInteger(where, { count }, { least: 0 })
      const rows = new Float32Array(count * k)
      for (const [i, category] of table.draw(key, count).entries()) rows[i * k + category] = 1
      return tf.tensor2d(rows, [count, k])
    },
    logProb(x) {
      checkShape(`${where}.logProb`, { x }, ['batch', k])
      return tf.tidy(() =>
        locallyConstant(at => {
          const ones = tf.equal(at, 1)
          const binary = tf.all(tf.logicalOr(ones, tf.equal(at, 0)), 1)
          const single = tf.equal(tf.sum(tf.cast(ones, 'float32'), 1), 1)
          // Selection: −∞·0 would be NaN where a category has no weight.
          const chosen = tf.where(ones, tf.mul(tf.onesLike(at), tf.tensor1d(logarithms)), tf.zerosLike(at))
          const outside = tf.fill([x.shape[0]], Number.NEGATIVE_INFINITY)
          return tf.where(tf.logicalAnd(binary, single), tf.sum(chosen, 1), outside)
        }, x),
      )
    },
  }
}
