import { rangeError, typeError } from '@chiaro/core'
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
 */
export function waymarks<T extends tf.Tensor>(data: T, noise: T, alphas: readonly number[]): T[] {
  const where = 'waymarks'
  if (data.shape.join() !== noise.shape.join()) {
    throw typeError(where, 'noise', `[${data.shape.join(', ')}] like data`, `[${noise.shape.join(', ')}]`)
  }
  alphas.forEach((alpha, i) => {
    if (!(alpha >= 0 && alpha <= 1)) throw rangeError(where, `alphas[${i}]`, 'within 0…1', String(alpha))
    if (i > 0 && alpha <= alphas[i - 1]) {
      throw rangeError(where, `alphas[${i}]`, `above ${alphas[i - 1]}, the one before`, String(alpha))
    }
  })
  return tf.tidy(() =>
    alphas.map(alpha => tf.add(tf.mul(data, Math.sqrt(1 - alpha ** 2)), tf.mul(noise, alpha)) as T),
  )
}
