import { scoreMatchingLoss } from '@chiaro/objectives'
import type { Objective } from './objective.ts'

/** The slope of log p held to the data's (Hyvärinen 2005), exact: as many backward passes as columns. */
export const scoreMatching: Objective = {
  needs: [],
  learnsLogPartition: false,
  usesNoise: false,
  strays: true,
  derivatives: 2,
  loss: (model, x) => scoreMatchingLoss(at => model.energy(at), x),
}
