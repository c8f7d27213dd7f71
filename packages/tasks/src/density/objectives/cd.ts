import { divergence } from './divergence.ts'
import type { Objective, SeenDensity, WithNegatives } from './objective.ts'

/** Contrastive divergence: chains of a few steps from the data (Hinton 2002). */
export const cd: Objective<'chainSteps' | 'stepSize', SeenDensity & WithNegatives> = {
  needs: ['chainSteps', 'stepSize'],
  learnsLogPartition: false,
  usesNoise: false,
  strays: true,
  derivatives: 1,
  chainsFrom: 'data',
  indifferentLoss: () => 0,
  loss: divergence,
}
