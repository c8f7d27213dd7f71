import { telescopingLoss, waymarks } from '@chiaro/objectives'
import type { Objective, SeenDensity, WithBridges } from './objective.ts'

/** Binary NCE on each of the bridges between data and noise, whose ratios add up (Rhodes, Xu & Gutmann 2020). */
export const telescoping: Objective<'bridges', SeenDensity & WithBridges> = {
  needs: ['bridges'],
  learnsLogPartition: true,
  usesNoise: true,
  strays: true,
  derivatives: 0,
  indifferentLoss: () => 2 * Math.LN2,
  loss({ bridges }, x, { noise, key }) {
    const alphas = Array.from({ length: bridges.length + 1 }, (_, k) => k / bridges.length)
    const marks = waymarks(x, noise.sample(key, x.shape[0]), alphas)
    return telescopingLoss(
      bridges.map((logRatio, k) => ({
        logRatioData: logRatio(marks[k]),
        logRatioNoise: logRatio(marks[k + 1]),
      })),
    )
  },
}
