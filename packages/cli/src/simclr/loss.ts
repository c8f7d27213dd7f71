import { infoNceLoss, ntXentLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { SimclrModel } from './model.ts'

/** Two views of the same pictures. */
export interface TwoViews {
  readonly first: tf.Tensor4D
  readonly second: tf.Tensor4D
}

/** The run's loss of two views, in nats. */
export function simclrLoss({ config, whole, moco }: SimclrModel, { first, second }: TwoViews): tf.Scalar {
  const { temperature, objective } = config.training
  if (moco === undefined) {
    const z = whole.embed(tf.concat4d([first, second], 0), { training: true })
    const views = tf.split(z, 2) as tf.Tensor2D[]
    return ntXentLoss(views, { temperature, decoupled: objective === 'decoupled' })
  }
  const queries = whole.embed(first, { training: true })
  const keys = moco.keys(second)
  // He et al. 2020: a query's negatives are the queue's keys alone, not those of its own batch.
  const mask = tf.cast(tf.eye(queries.shape[0]), 'bool') as tf.Tensor2D
  return infoNceLoss(queries, keys, { temperature, queue: moco.queue, mask })
}

/** The loss of a model that cannot tell pictures apart. */
export function chanceLoss({ objective, batchSize, queue }: SimclrModel['config']['training']): number {
  if (objective === 'moco') return Math.log(queue + 1)
  return Math.log(2 * batchSize - (objective === 'decoupled' ? 2 : 1))
}
