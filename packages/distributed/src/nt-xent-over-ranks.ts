import { checkLength, checkShape } from '@chiaro/core'
import { infoNceLoss, type NtXentOptions } from '@chiaro/objectives'
import { l2Normalize } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { Communicator } from './communicator.ts'
import { meanOverRanks } from './mean-over-ranks.ts'
import { ownFirst } from './own-first.ts'

export type NtXentOverRanksOptions = Pick<
  NtXentOptions,
  'temperature' | 'logitScale' | 'decoupled' | 'normalize'
>

/**
 * This rank's share of `ntXentLoss` over the samples of all ranks; the shares' sum is the loss. Every view of every rank is
 * in the denominators, the anchor itself left out; the mean is over all anchors, so ranks may have different numbers of
 * samples.
 *
 * @param views at least two tensors [n, d] of the same shape, row i of each a view of this rank's sample i
 * @returns a scalar
 * @throws as `ntXentLoss`; RangeError on every rank for one without samples
 */
export function ntXentLossOverRanks(
  views: readonly tf.Tensor[],
  communicator: Communicator,
  options: NtXentOverRanksOptions = {},
): tf.Scalar {
  const where = 'ntXentLossOverRanks'
  const { temperature, logitScale, decoupled, normalize = true } = options
  checkLength(where, { views }, { least: 2 })
  checkShape(where, Object.fromEntries(views.map((view, v) => [`views[${v}]`, view])), ['n', 'd'])
  return tf.tidy(() => {
    const stacked = tf.concat([...views]) as tf.Tensor2D
    const unit = (normalize ? l2Normalize(stacked) : stacked) as tf.Tensor2D
    const { rows, counts } = ownFirst(where, 'views', unit, communicator)
    const samples = samplesOf(counts, views.length)
    const losses = infoNceLoss(unit, rows, {
      ...{ temperature, logitScale, decoupled, normalize: false, mask: { excludeSelf: true } },
      positives: { queryGroups: samples.subarray(0, counts[0]), keyGroups: samples },
      reduction: 'none',
    })
    return meanOverRanks(losses, communicator)
  })
}

/** Which sample each row is of: every rank has its views one after the other. */
function samplesOf(counts: readonly number[], views: number): Int32Array {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const samples = new Int32Array(total)
  let [row, sample] = [0, 0]
  for (const count of counts) {
    const n = count / views
    for (let i = 0; i < count; i++) samples[row + i] = sample + (i % n)
    row += count
    sample += n
  }
  return samples
}
