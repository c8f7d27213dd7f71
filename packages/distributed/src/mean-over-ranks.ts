import { checkShape, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Communicator } from './communicator.ts'

/**
 * This rank's share of the mean over the rows of all ranks: Σ of its own values, divided by how many there are in all. The
 * sum of the shares is the mean, whatever each rank has; a mean of means would be another number where they have not
 * equally many.
 *
 * Losses whose rows need no others (binary, ranking and conditional NCE with their own noise, score matching) take part so,
 * with `reduction: 'none'`:
 *
 *   meanOverRanks(rankingNceLoss(logRatios, { reduction: 'none' }), communicator)
 *
 * @param values [n], one a row; n may differ from rank to rank
 * @returns a scalar
 * @throws TypeError for another shape; RangeError on every rank when there is no row at all
 */
export function meanOverRanks(values: tf.Tensor, { sum }: Pick<Communicator, 'sum'>): tf.Scalar {
  const { n } = checkShape('meanOverRanks', { values }, ['n'])
  const [all] = sum(Float32Array.of(n))
  if (all === 0) throw rangeError('meanOverRanks', 'values', 'of a row at least, on some rank', 'none')
  return tf.tidy(() => tf.div(tf.sum(values), all)) as tf.Scalar
}
