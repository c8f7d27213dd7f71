import { contrastiveDivergenceLoss } from '@chiaro/objectives'
import { foldIn } from '@chiaro/random'
import type { LossResult } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import type { LossContext, SeenDensity, WithNegatives } from './objective.ts'

/** Data against what the model's own chains make; where these begin is the chains' to say. */
export function divergence(
  model: SeenDensity & WithNegatives,
  x: tf.Tensor2D,
  { key }: LossContext,
): LossResult {
  const { rows, metrics } = model.negatives(x, foldIn(key, 1))
  return { loss: contrastiveDivergenceLoss(model.energy(x), model.energy(rows)), metrics }
}
