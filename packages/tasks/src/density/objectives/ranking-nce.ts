import { rankingNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Objective } from './objective.ts'

/** The data row among ν noise rows of its own (docs/notes.md eq. 1.11–1.13; Ma & Collins 2018); log Z cancels. */
export const rankingNce: Objective<'noiseRatio'> = {
  needs: ['noiseRatio'],
  learnsLogPartition: false,
  usesNoise: true,
  strays: false,
  derivatives: 0,
  indifferentLoss: ({ noiseRatio }) => Math.log1p(noiseRatio),
  loss(model, x, { noise, noiseRatio, key }) {
    const n = x.shape[0]
    const y = noise.sample(key, noiseRatio * n)
    const columns = [tf.reshape(model.logWeight(x), [n, 1]), tf.reshape(model.logWeight(y), [n, noiseRatio])]
    return rankingNceLoss(tf.concat(columns, 1) as tf.Tensor2D)
  },
}
