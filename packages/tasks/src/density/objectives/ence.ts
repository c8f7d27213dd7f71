import { enceLoss } from '@chiaro/objectives'
import type { Objective } from './objective.ts'

/** Noise contrast by the exponential loss, in its logarithm, which does not overflow (Liu et al. 2021). */
export const ence: Objective<'noiseRatio'> = {
  needs: ['noiseRatio'],
  learnsLogPartition: true,
  usesNoise: true,
  strays: false,
  derivatives: 0,
  indifferentLoss: () => Math.LN2,
  loss(model, x, { noise, noiseRatio, key }) {
    const y = noise.sample(key, noiseRatio * x.shape[0])
    return enceLoss(model.logRatio(x), model.logRatio(y), { logarithm: true })
  },
}
