import { checkInteger, checkShape } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/**
 * How many texts of how many places a batch of token ids holds.
 *
 * @throws TypeError unless int32 [batch, length]; RangeError for a length of 0 or beyond the context
 */
export function sizesOfIds(
  x: tf.Tensor,
  contextLength: number,
): { readonly batch: number; readonly length: number } {
  const sizes = checkShape('embed', { x }, ['batch', 'length'], { dtype: 'int32', least: { length: 1 } })
  checkInteger('embed', { 'length of x': sizes.length }, { least: 1, most: contextLength })
  return sizes
}
