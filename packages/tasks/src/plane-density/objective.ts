import type { PlaneSettings } from './settings.ts'

type Objective = PlaneSettings['objective']

/** Whether an objective learns log Z; the others see only differences or slopes of the energy. */
export function learnsLogPartition(objective: Objective): boolean {
  return objective === 'binary'
}

/** Whether an objective tells data from the fitted noise. */
export function usesNoise(objective: Objective): boolean {
  return objective === 'binary' || objective === 'ranking'
}

/** The loss of a model that tells data from nothing, in nats, where there is such a number. */
export function indifferentPlaneLoss(objective: Objective, noiseRatio: number): number | undefined {
  switch (objective) {
    case 'binary':
      return Math.log1p(noiseRatio) + noiseRatio * Math.log1p(1 / noiseRatio)
    case 'ranking':
      return Math.log1p(noiseRatio)
    case 'conditional':
      return 2 * Math.LN2
    case 'divergence':
      return 0
    default:
      return undefined
  }
}
