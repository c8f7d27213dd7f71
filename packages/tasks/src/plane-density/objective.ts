import { type AnyObjective, type ObjectiveName, objectiveNamed } from '../density/objectives/objectives.ts'
import type { PlaneSettings } from './settings.ts'

type Objective = PlaneSettings['objective']

/** What this task calls objectives of `density`. */
export const planeObjectives: Readonly<Record<Objective, ObjectiveName>> = {
  binary: 'binary-nce',
  ranking: 'ranking-nce',
  conditional: 'conditional-nce',
  divergence: 'cd',
  denoising: 'denoising',
  sliced: 'sliced',
}

/** An objective by the name that it has here. */
export function planeObjective(objective: Objective): AnyObjective {
  return objectiveNamed(planeObjectives[objective])
}

/** Whether an objective learns log Z; the others see only differences or slopes of the energy. */
export function learnsLogPartition(objective: Objective): boolean {
  return planeObjective(objective).learnsLogPartition
}

/** Whether an objective tells data from the fitted noise. */
export function usesNoise(objective: Objective): boolean {
  return planeObjective(objective).usesNoise
}

/** The loss of a model that tells data from nothing, in nats, where there is such a number. */
export function indifferentPlaneLoss(objective: Objective, noiseRatio: number): number | undefined {
  return planeObjective(objective).indifferentLoss?.({ noiseRatio })
}
