import { binaryNceLoss } from '@chiaro/objectives'
import type { Objective } from './objective.ts'

/** Data told from noise by their log ratio, log Z and all (docs/notes.md eq. 1.3–1.8; Gutmann & Hyvärinen 2012). */
export const binaryNce: Objective<'noiseRatio'> = {
  needs: ['noiseRatio'],
  learnsLogPartition: true,
  usesNoise: true,
  strays: false,
  derivatives: 0,
  indifferentLoss: ({ noiseRatio }) => Math.log1p(noiseRatio) + noiseRatio * Math.log1p(1 / noiseRatio),
  loss(model, x, { noise, noiseRatio, key }) {
    const y = noise.sample(key, noiseRatio * x.shape[0])
    return binaryNceLoss(model.logRatio(x), model.logRatio(y), { noiseRatio })
  },
}
