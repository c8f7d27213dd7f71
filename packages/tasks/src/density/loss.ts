import { type RandomKey, yielding } from '@chiaro/core'
import type { Communicator } from '@chiaro/distributed'
import { foldIn } from '@chiaro/random'
import type { LossResult } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import type { Rows } from '../rows/encoded-rows.ts'
import { densityLossOverRanks } from './loss-over-ranks.ts'
import type { DensityModel } from './model.ts'
import { objectiveNamed } from './objectives/objectives.ts'
import type { StoredObjective } from './stored-parts.ts'

/**
 * An objective's loss of rows [n, width]; of `ranks` that train together, which all have the same rows, this one's share of it.
 */
export function densityLoss(
  { kind, ...numbers }: StoredObjective,
  model: DensityModel,
  x: tf.Tensor2D,
  key: RandomKey,
  ranks?: Communicator,
): LossResult {
  const objective = objectiveNamed(kind)
  // Rows are standardised: the data's width is 1.
  const context = { ...numbers, noise: model.noise, scale: 1, key }
  return ranks === undefined
    ? objective.loss(model, x, context)
    : densityLossOverRanks(objective, model, x, context, ranks)
}

/** Rows of noise for each validation row: few enough to be quick, the same at every validation. */
const noiseRatio = 4
/** Rows a piece. */
const piece = 1024

/**
 * What tells the better of two checkpoints, over all of some rows: binary NCE where log Z is learned; else ranking NCE
 * against the same noise, in which it cancels, whatever the objective is.
 */
export async function validationLosses(
  model: DensityModel,
  { values, width, count }: Rows,
  key: RandomKey,
): Promise<{ readonly nceLoss: number } | { readonly rankingLoss: number }> {
  const { learnsLogPartition } = objectiveNamed(model.config.objective.kind)
  const judge: StoredObjective = { kind: learnsLogPartition ? 'binary-nce' : 'ranking-nce', noiseRatio }
  let sum = 0
  const turn = yielding()
  for (let from = 0; from < count; from += piece) {
    await turn()
    const size = Math.min(piece, count - from)
    const part = tf.tidy(() => {
      const x = tf.tensor2d(values.subarray(from * width, (from + size) * width), [size, width])
      return densityLoss(judge, model, x, foldIn(key, from)) as tf.Scalar
    })
    sum += size * (await part.data())[0]
    part.dispose()
  }
  return learnsLogPartition ? { nceLoss: sum / count } : { rankingLoss: sum / count }
}
