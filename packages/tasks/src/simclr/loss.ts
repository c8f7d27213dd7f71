import * as tf from '@tensorflow/tfjs-core'
import type { Projections } from '../representation/objective.ts'
import { objectiveNamed } from '../representation/objectives.ts'
import type { SimclrConfig } from './config.ts'
import type { SimclrModel } from './model.ts'
import type { SimclrBatch } from './views.ts'

/** What the head makes of the views of a step: of all of them, or with MoCo the queries and the keys. */
export function projectViews({ whole, moco }: SimclrModel, batch: SimclrBatch): Projections {
  const { first, second, more = [], classes } = batch
  if (moco === undefined) {
    const z = whole.embed(tf.concat4d([first, second, ...more], 0), { training: true })
    return { z, views: 2 + more.length, classes }
  }
  const z = whole.embed(first, { training: true })
  return { z, views: 1, moco: { keys: moco.keys(second), queue: moco.queue } }
}

/** The run's loss of its views, in nats. */
export function simclrLoss(projections: Projections, training: SimclrConfig['training']): tf.Scalar {
  return objectiveNamed(training.objective).loss(projections, training)
}

/** The loss of a model that cannot tell pictures apart. */
export function indifferentSimclrLoss({ training, head }: Pick<SimclrConfig, 'training' | 'head'>): number {
  const { objective, batchSize, views } = training
  const size = { views: views.count ?? 2, batchSize, dimension: head.output }
  return objectiveNamed(objective).indifferent(size, training)
}
