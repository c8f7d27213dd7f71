import { checkInteger, checkShape, described, type RandomKey, rangeError } from '@chiaro/core'
import { permutation, split } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

export interface ShuffleColumnsOptions {
  /** Columns that stay together, as widths that add up to d. Default every column by itself. */
  readonly widths?: readonly number[]
}

/**
 * Rows whose columns are permuted independently of each other: every column keeps its values exactly, and what ties it to the
 * others is gone. Draws from the product of the marginals, hence the noise of total correlation (widths 1, …, 1) and of mutual
 * information (the widths of x and y).
 *
 * @param x float32 [n, d]
 * @throws TypeError for another shape; RangeError for widths that are no positive integers adding up to d
 *
 * @example
 * ```ts
 * import { shuffleColumns } from '@chiaro/noise'
 * import { key } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * shuffleColumns(key(1), tf.tensor2d([[1, 10], [2, 20], [3, 30]])).print() // each column in an order of its own
 * ```
 */
export function shuffleColumns(
  key: RandomKey,
  x: tf.Tensor,
  options: ShuffleColumnsOptions = {},
): tf.Tensor2D {
  const where = 'shuffleColumns'
  const { n, d } = checkShape(where, { x }, ['n', 'd'])
  const { widths = Array<number>(d).fill(1) } = options
  checkInteger(where, { widths }, { least: 1 })
  const sum = widths.reduce((total, width) => total + width, 0)
  if (sum !== d) throw rangeError(where, 'widths', `integers that add up to ${d}`, described(widths))
  const from = new Int32Array(n * d)
  let first = 0
  for (const [b, blockKey] of split(key, widths.length).entries()) {
    const order = permutation(blockKey, n)
    for (let i = 0; i < n; i++) {
      for (let j = first; j < first + widths[b]; j++) from[i * d + j] = order[i] * d + j
    }
    first += widths[b]
  }
  return tf.tidy(
    () => tf.reshape(tf.gather(tf.reshape(x, [n * d]), tf.tensor1d(from, 'int32')), [n, d]) as tf.Tensor2D,
  )
}
