import type { Matrix } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Rows x = centre + s·L z of standard values z, [count·d], with s one factor a row (default 1): computed in float64 and
 * rounded once, so that every backend holds the same bits.
 *
 * @param spread L: a lower triangle, or the diagonal of one
 */
export function affineRows(
  z: ArrayLike<number>,
  centre: readonly number[],
  spread: Matrix | readonly number[],
  rowFactor?: ArrayLike<number>,
): tf.Tensor2D {
  const d = centre.length
  const count = z.length / d
  const rows = new Float32Array(z.length)
  for (let i = 0; i < count; i++) {
    const factor = rowFactor === undefined ? 1 : rowFactor[i]
    for (let j = 0; j < d; j++) {
      const row = spread[j]
      let value = 0
      if (typeof row === 'number') value = row * z[i * d + j]
      else for (let k = 0; k <= j; k++) value += row[k] * z[i * d + k]
      rows[i * d + j] = centre[j] + factor * value
    }
  }
  return tf.tensor2d(rows, [count, d])
}
