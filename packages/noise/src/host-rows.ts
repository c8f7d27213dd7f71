import { checkShape, rangeError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/** Rows on the host, [n·d] row by row. */
export interface HostRows {
  readonly values: ArrayLike<number>
  readonly n: number
  readonly d: number
}

/**
 * Reads data to fit a noise to.
 *
 * @throws TypeError unless x is float32 [n, d]; RangeError that names the row and column of a number that is not finite, and
 *   for fewer than two rows
 */
export async function readRows(where: string, x: tf.Tensor): Promise<HostRows> {
  const { n, d } = checkShape(where, { x }, ['n', 'd'], { least: { n: 2, d: 1 } })
  const values = await x.data()
  for (let at = 0; at < values.length; at++) {
    if (Number.isFinite(values[at])) continue
    throw rangeError(where, `x[${Math.floor(at / d)}, ${at % d}]`, 'a finite number', String(values[at]))
  }
  return { values, n, d }
}
