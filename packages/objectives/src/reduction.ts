import { checkOneOf } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** 'mean': a scalar, the mean over rows that count; 'sum': their sum; 'none': one value a row, 0 for the others. */
export type Reduction = 'mean' | 'sum' | 'none'

/** What a loss with a `reduction` option returns. */
export type Reduced<R extends Reduction> = R extends 'none' ? tf.Tensor1D : tf.Scalar

/** The mean of losses [n]; of none 0, with zero gradient. */
export function meanOf(losses: tf.Tensor): tf.Tensor {
  return losses.size > 0 ? tf.mean(losses) : tf.sum(losses)
}

/**
 * Reduces losses [n]. Rows where `counts` (bool [n]; default: all) is false give 0 and leave the mean's
 * denominator; no row left gives 0 with zero gradient.
 */
export function reduce(
  where: string,
  losses: tf.Tensor,
  reduction: Reduction,
  counts?: tf.Tensor,
): tf.Tensor {
  checkOneOf(where, { reduction }, ['mean', 'sum', 'none'])
  const counted = counts === undefined ? losses : tf.where(counts, losses, tf.zerosLike(losses))
  if (reduction === 'none') return counted
  if (reduction === 'sum') return tf.sum(counted)
  if (counts === undefined) return meanOf(losses)
  return tf.div(tf.sum(counted), tf.maximum(tf.sum(tf.cast(counts, 'float32')), 1))
}
