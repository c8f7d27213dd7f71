import { perturbationNoise } from '@chiaro/noise'
import { conditionalNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Objective } from './objective.ts'

/** Each data row told from ν disturbances of itself (Ceylan & Gutmann 2018); log Z and the noise cancel. */
export const conditionalNce: Objective<'noiseRatio' | 'sigma'> = {
  needs: ['noiseRatio', 'sigma'],
  defaults: { sigma: 0.3 },
  learnsLogPartition: false,
  usesNoise: false,
  strays: true,
  derivatives: 0,
  indifferentLoss: () => 2 * Math.LN2,
  loss(model, x, { noiseRatio, sigma, scale, key }) {
    const y = perturbationNoise({ deviation: sigma * scale }).perturb(key, x, noiseRatio)
    const f = (at: tf.Tensor) => tf.neg(model.energy(at)) as tf.Tensor1D
    return conditionalNceLoss(f(x), f(y))
  },
}
