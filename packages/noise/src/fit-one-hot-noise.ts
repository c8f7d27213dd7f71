import { checkNumber, rangeError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { readRows } from './host-rows.ts'
import type { Noise } from './noise.ts'
import { type OneHotNoiseSpec, oneHotNoise } from './one-hot-noise.ts'

export interface FitOneHotNoiseOptions {
  /** Added to every count, so that categories not seen have noise too. Default 0. */
  readonly smoothing?: number
}

/**
 * One-hot rows by how often each category occurs: p(i) ∝ count_i + smoothing.
 *
 * @param x float32 [n, k], each row zeros and one 1
 * @throws TypeError for another shape; RangeError that names a row that is not one-hot
 *
 * @example
 * ```ts
 * import { fitOneHotNoise } from '@chiaro/noise'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const rows = tf.tensor2d([[1, 0], [1, 0], [0, 1]])
 * console.log((await fitOneHotNoise(rows)).spec.weights)
 * ```
 */
export async function fitOneHotNoise(
  x: tf.Tensor,
  { smoothing = 0 }: FitOneHotNoiseOptions = {},
): Promise<Noise<OneHotNoiseSpec>> {
  const where = 'fitOneHotNoise'
  checkNumber(where, { smoothing }, { least: 0 })
  const { values, n, d } = await readRows(where, x)
  const weights = Array<number>(d).fill(smoothing)
  for (let i = 0; i < n; i++) {
    const row = Array.from({ length: d }, (_, j) => values[i * d + j])
    const category = row.indexOf(1)
    if (category < 0 || row.some((value, j) => value !== (j === category ? 1 : 0))) {
      throw rangeError(where, `x[${i}]`, 'zeros and one 1', `[${row.join(', ')}]`)
    }
    weights[category] += 1
  }
  return oneHotNoise({ weights })
}
