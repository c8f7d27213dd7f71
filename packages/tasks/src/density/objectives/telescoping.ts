import { telescopingLoss } from '@chiaro/objectives'
import { foldIn } from '@chiaro/random'
import type * as tf from '@tensorflow/tfjs-core'
import type { Objective, SeenDensity, WithBridges } from './objective.ts'
import { rowWaymarks } from './row-waymarks.ts'

/** Beyond the keys of the noise's blocks. */
const ofCategories = 0xffffffff

/** Binary NCE on each of the bridges between data and noise, whose ratios add up (Rhodes, Xu & Gutmann 2020). */
export const telescoping: Objective<'bridges', SeenDensity & WithBridges> = {
  needs: ['bridges'],
  learnsLogPartition: true,
  usesNoise: true,
  strays: false,
  derivatives: 0,
  indifferentLoss: () => 2 * Math.LN2,
  loss({ bridges, blocks }, x, { noise, key }) {
    const alphas = Array.from({ length: bridges.length + 1 }, (_, k) => k / bridges.length)
    const drawn = noise.sample(key, x.shape[0]) as tf.Tensor2D
    const marks = rowWaymarks(x, drawn, { alphas, blocks, key: foldIn(key, ofCategories) })
    return telescopingLoss(
      bridges.map((logRatio, k) => ({
        logRatioData: logRatio(marks[k]),
        logRatioNoise: logRatio(marks[k + 1]),
      })),
    )
  },
}
