import { checkShape } from '@chiaro/core'
import { type InfoNceOptions, infoNceLoss } from '@chiaro/objectives'
import { l2Normalize } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { Communicator } from './communicator.ts'
import { meanOverRanks } from './mean-over-ranks.ts'
import { ownFirst } from './own-first.ts'

export type InfoNceOverRanksOptions = Pick<
  InfoNceOptions,
  'temperature' | 'logitScale' | 'queue' | 'decoupled' | 'normalize'
>

/**
 * This rank's share of `infoNceLoss` over the queries and keys of all ranks; the shares' sum is the loss. Key i of a rank is
 * right for its query i, the keys of all ranks are in the denominator. The mean is over all queries, so ranks may have
 * different numbers of them. A queue is the same on every rank.
 *
 * The keys are gathered once, and their gradients summed once: 2·N·d numbers a rank.
 *
 * @param queries [n, d], of this rank
 * @param keys [m, d], m ≥ n, of this rank
 * @returns a scalar
 * @throws as `infoNceLoss`; RangeError on every rank for one without keys
 */
export function infoNceLossOverRanks(
  queries: tf.Tensor,
  keys: tf.Tensor,
  communicator: Communicator,
  options: InfoNceOverRanksOptions = {},
): tf.Scalar {
  const where = 'infoNceLossOverRanks'
  const { normalize = true, queue } = options
  checkShape(where, { keys }, ['m', 'd'])
  const unit = (x: tf.Tensor) => (normalize ? l2Normalize(x) : x) as tf.Tensor2D
  return tf.tidy(() => {
    const { rows } = ownFirst(where, 'keys', unit(keys), communicator)
    const losses = infoNceLoss(unit(queries), rows, {
      ...options,
      ...(queue === undefined ? {} : { queue: unit(queue) }),
      normalize: false,
      positives: Int32Array.from({ length: queries.shape[0] }, (_, i) => i),
      reduction: 'none',
    })
    return meanOverRanks(losses, communicator)
  })
}
