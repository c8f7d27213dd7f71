import { allGather, type Communicator } from '@chiaro/distributed'
import type { LossResult } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { partOf, type Share, shareOf } from '../over-ranks.ts'
import type { DensityModel } from './model.ts'
import type {
  LossContext,
  ObjectiveNumbers,
  SeenDensity,
  WithBridges,
  WithNegatives,
} from './objectives/objective.ts'
import type { AnyObjective } from './objectives/objectives.ts'

/**
 * This rank's share of an objective's loss of a batch that every rank has whole, as it has what is drawn for it: rows of a
 * table are few numbers, and what costs is what the model makes of them. So each rank computes the energies of its own rows, a
 * number each, they are gathered, and the objective's loss is what it is for one process; the share is one of as many equal ones.
 *
 * Where a loss differentiates the energy in its rows, gathered energies would need second derivatives, which exchanges have
 * not. Such losses are means over rows that need no others: the share is that of a rank's own.
 */
export function densityLossOverRanks(
  objective: AnyObjective,
  model: DensityModel,
  x: tf.Tensor2D,
  context: LossContext & Partial<ObjectiveNumbers>,
  ranks: Communicator,
): LossResult {
  if (objective.derivatives < 2) {
    return scaled(objective.loss(seenOverRanks(model, ranks), x, context), 1 / ranks.size)
  }
  const share = shareOf(x.shape[0], ranks) as Share
  const own = rowsOf(x, share)
  return scaled(objective.loss(model, own, { ...context, ...partOf(share) }), own.shape[0] / share.of)
}

/** A model of which each rank computes what it says of its share of any rows, and all know what it says of all. */
function seenOverRanks(
  model: DensityModel,
  ranks: Communicator,
): SeenDensity & Partial<WithNegatives & WithBridges> {
  const shared = (f: (x: tf.Tensor) => tf.Tensor1D) => (x: tf.Tensor) =>
    allGather(f(rowsOf(x, shareOf(x.shape[0], ranks) as Share)), ranks) as tf.Tensor1D
  const { energy, logRatio, logWeight, negatives, bridges, blocks } = model
  return {
    ...{ energy: shared(energy), logRatio: shared(logRatio), logWeight: shared(logWeight) },
    ...(negatives && { negatives: (x, key) => negatives(x, key, ranks) }),
    ...(bridges && { bridges: bridges.map(shared), blocks }),
  }
}

function rowsOf<T extends tf.Tensor>(x: T, { from, to }: Share): T {
  return tf.slice(x, [from], [to - from]) as T
}

function scaled(result: LossResult, by: number): LossResult {
  if (result instanceof tf.Tensor) return tf.mul(result, by) as tf.Scalar
  return { ...result, loss: tf.mul(result.loss, by) as tf.Scalar }
}
