import { allGather, type Communicator } from '@chiaro/distributed'
import * as tf from '@tensorflow/tfjs-core'
import type { Objective, ObjectiveNumbers, Projections } from './objective.ts'

/**
 * This rank's share of a loss of the projections of all; the shares' sum is the loss. What has no cheaper way is computed by
 * every rank of all projections, and is one of as many equal shares: the gradient of what was gathered is the sum of the
 * shares', so it is exact for any loss.
 */
export function lossOverRanks(
  objective: Objective,
  projections: Projections,
  numbers: ObjectiveNumbers,
  ranks: Communicator,
): tf.Scalar {
  return tf.tidy(
    () =>
      objective.overRanks?.(projections, numbers, ranks) ??
      tf.div(objective.loss(projectionsOfAll(projections, ranks), numbers), ranks.size),
  )
}

/** The projections of all ranks in the rows of one process: view by view, and in a view in the order of ranks. */
export function projectionsOfAll(projections: Projections, ranks: Communicator): Projections {
  const { z, views, locals, moco } = projections
  const ofAll = (stacked: tf.Tensor2D, count: number) =>
    tf.concat(tf.split(stacked, count).map(view => allGather(view, ranks))) as tf.Tensor2D
  return {
    ...projections,
    z: ofAll(z, views),
    locals: locals && ofAll(locals, (locals.shape[0] * views) / z.shape[0]),
    moco: moco && { ...moco, keys: allGather(moco.keys, ranks) as tf.Tensor2D },
  }
}
