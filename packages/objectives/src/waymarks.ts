import { checkNumber, checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Samples between data and noise for telescoping (Rhodes, Xu and Gutmann 2020, "Telescoping Density-Ratio
 * Estimation", linear combinations): for each α
 *
 *   x_α = √(1 − α²)·data + α·noise,
 *
 * row by row. α = 0 is the data and α = 1 the noise; of standardised data and noise every waymark has unit variance.
 *
 * @param data [n, …event]
 * @param noise like data
 * @param alphas numbers in 0…1 that increase; with m of them there are m − 1 bridges
 * @returns one tensor like data for each α; the caller disposes them
 * @throws TypeError for shapes that differ; RangeError for an α outside 0…1 or not above the one before
 *
 * @example
 * ```ts
 * import { waymarks } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 *
 * const [data, noise] = [normal(key(1), [4, 2]), normal(key(2), [4, 2], { standardDeviation: 10 })]
 * const marks = waymarks(data, noise, [0, 0.5, 1])
 * console.log(marks.map(({ shape }) => shape)) // the data, half way, the noise
 * ```
 */
export function waymarks<T extends tf.Tensor>(data: T, noise: T, alphas: readonly number[]): T[] {
  const where = 'waymarks'
  checkShape(where, { data, noise }, ['…'], { dtype: 'any' })
  checkNumber(where, { alphas }, { least: 0, most: 1 })
  alphas.slice(1).forEach((alpha, i) => {
    checkNumber(where, { [`alphas[${i + 1}]`]: alpha }, { above: alphas[i] })
  })
  return tf.tidy(() =>
    alphas.map(alpha => tf.add(tf.mul(data, Math.sqrt(1 - alpha ** 2)), tf.mul(noise, alpha)) as T),
  )
}
