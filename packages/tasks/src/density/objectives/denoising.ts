import { denoisingScoreMatchingLoss } from '@chiaro/objectives'
import type { Objective } from './objective.ts'

/** The slope of log p that undoes a disturbance (Vincent 2011); what is learned is the density of disturbed data. */
export const denoising: Objective<'sigma'> = {
  needs: ['sigma'],
  defaults: { sigma: 0.1 },
  learnsLogPartition: false,
  usesNoise: false,
  strays: true,
  derivatives: 2,
  loss: (model, x, { sigma, scale, key, rows }) =>
    denoisingScoreMatchingLoss(at => model.energy(at), x, { key, deviation: sigma * scale, rows }),
}
