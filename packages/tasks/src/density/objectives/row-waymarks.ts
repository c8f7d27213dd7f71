import type { RandomKey } from '@chiaro/core'
import type { ColumnBlock } from '@chiaro/data'
import { waymarks } from '@chiaro/objectives'
import { uniform } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Waymarks of encoded rows: numbers go from data to noise by linear combinations, and a category is the noise's where its
 * uniform is below α (dimension-wise mixing, Rhodes, Xu and Gutmann 2020): once it has changed it stays so.
 *
 * @param key draws the uniforms; rows without categories take none
 */
export function rowWaymarks(
  data: tf.Tensor2D,
  noise: tf.Tensor2D,
  { alphas, blocks, key }: RowWaymarksOptions,
): tf.Tensor2D[] {
  if (blocks.every(({ kind }) => kind === 'numeric')) return waymarks(data, noise, alphas)
  return tf.tidy(() => {
    const isNumber = tf.concat(
      blocks.map(({ kind, width }) => tf.fill([1, width], Number(kind === 'numeric'))),
      1,
    )
    const drawn = uniform(key, [data.shape[0], blocks.length]) as tf.Tensor2D
    const turn = tf.concat(
      blocks.map(({ width }, i) => tf.tile(tf.slice(drawn, [0, i], [-1, 1]), [1, width])),
      1,
    )
    return waymarks(data, noise, alphas).map((between, k) => {
      const chosen = tf.where(tf.less(turn, alphas[k]), noise, data)
      return tf.where(tf.cast(isNumber, 'bool'), between, chosen)
    })
  })
}

interface RowWaymarksOptions {
  /** From 0, the data, to 1, the noise. */
  readonly alphas: readonly number[]
  /** Where each column lies in a row. */
  readonly blocks: readonly ColumnBlock[]
  readonly key: RandomKey
}
