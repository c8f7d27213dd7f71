import { infoNceLoss, ntXentLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { SimclrConfig } from './config.ts'
import type { SimclrModel } from './model.ts'
import type { TwoViews } from './views.ts'

/** The run's loss of two views, in nats: Chen et al. 2020, Yeh et al. 2022 (decoupled) or He et al. 2020 (MoCo). */
export function simclrLoss(
  { whole, moco }: SimclrModel,
  { first, second }: TwoViews,
  { temperature, objective }: SimclrConfig['training'],
): tf.Scalar {
  if (moco === undefined) {
    const z = whole.embed(tf.concat4d([first, second], 0), { training: true })
    return ntXentLoss(z, { views: 2, temperature, decoupled: objective === 'decoupled' })
  }
  const queries = whole.embed(first, { training: true })
  const keys = moco.keys(second)
  // A query's negatives are the queue's keys alone, not those of its own batch.
  const mask = tf.cast(tf.eye(queries.shape[0]), 'bool') as tf.Tensor2D
  return infoNceLoss(queries, keys, { temperature, queue: moco.queue, mask })
}

/** The loss of a model that cannot tell pictures apart. */
export function indifferentSimclrLoss({ objective, batchSize, queue }: SimclrConfig['training']): number {
  if (objective === 'moco') return Math.log(queue + 1)
  return Math.log(2 * batchSize - (objective === 'decoupled' ? 2 : 1))
}

/** How many keys the right one is among; a decoupled loss leaves it out of its denominator, and bounds nothing. */
export function simclrCandidates({
  objective,
  batchSize,
  queue,
}: SimclrConfig['training']): number | undefined {
  switch (objective) {
    case 'moco':
      return queue + 1
    case 'decoupled':
      return undefined
    default:
      return 2 * batchSize - 1
  }
}
