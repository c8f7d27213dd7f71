import { slicedScoreMatchingLoss } from '@chiaro/objectives'
import type { Objective } from './objective.ts'

/** Score matching along random directions (Song et al. 2019). */
export const sliced: Objective<'projections'> = {
  needs: ['projections'],
  learnsLogPartition: false,
  usesNoise: false,
  strays: true,
  derivatives: 2,
  loss: (model, x, { projections, key, rows }) =>
    slicedScoreMatchingLoss(at => model.energy(at), x, { key, projections, rows }),
}
