import { divergence } from './divergence.ts'
import type { Objective, SeenDensity, WithNegatives } from './objective.ts'

/** Persistent contrastive divergence: chains that live on from step to step (Tieleman 2008). */
export const pcd: Objective<'chainSteps' | 'stepSize' | 'chains', SeenDensity & WithNegatives> = {
  needs: ['chainSteps', 'stepSize', 'chains'],
  learnsLogPartition: false,
  usesNoise: false,
  strays: true,
  derivatives: 1,
  chainsFrom: 'past',
  loss: divergence,
}
