import * as z from 'zod/mini'
import { choice, integer, kept, number } from '../settings/setting.ts'
import type { ObjectiveNumbers } from './objective.ts'
import { objectiveNames, objectivesWith } from './objectives.ts'

const ofObjectives = (name: keyof ObjectiveNumbers) => ({ of: { objective: objectivesWith(name) } })

/** The choice of a loss of representations. */
export const objectiveSetting = choice('the loss', objectiveNames, { default: 'nt-xent' })

/** What the losses are told. */
export const objectiveSettings = {
  temperature: number('cosines are divided by this', {
    ...{ least: 1e-3, most: 10, default: 0.2 },
    ...ofObjectives('temperature'),
  }),
  queue: integer('keys that MoCo’s queue holds', { least: 1, default: 4096, ...ofObjectives('queue') }),
  momentum: number('how slowly MoCo’s second encoder follows', {
    ...{ least: 0, most: 0.999999, default: 0.999 },
    ...ofObjectives('momentum'),
  }),
  prior: number('τ⁺, the share of negatives taken to be of the anchor’s class', {
    ...{ least: 0, most: 0.99, default: 0.1 },
    ...ofObjectives('prior'),
  }),
  concentration: number('β, how much more negatives near the anchor count', {
    ...{ least: 0, most: 10, default: 1 },
    ...ofObjectives('concentration'),
  }),
  invarianceWeight: number('λ of VICReg: how near two views are', {
    ...{ least: 0, most: 1e6, default: 25 },
    ...ofObjectives('invarianceWeight'),
  }),
  varianceWeight: number('μ of VICReg: that every feature varies', {
    ...{ least: 0, most: 1e6, default: 25 },
    ...ofObjectives('varianceWeight'),
  }),
  covarianceWeight: number('ν of VICReg: that no two features say the same', {
    ...{ least: 0, most: 1e6, default: 1 },
    ...ofObjectives('covarianceWeight'),
  }),
  offDiagonalWeight: number('λ of Barlow Twins: redundancy beside invariance', {
    ...{ least: 0, most: 1e6, default: 0.0051 },
    ...ofObjectives('offDiagonalWeight'),
  }),
  uniformityWeight: number('uniformity beside alignment', {
    ...{ least: 0, most: 1e6, default: 1 },
    ...ofObjectives('uniformityWeight'),
  }),
}

/** How any representation is trained. */
export const trainingSettings = {
  optimizer: choice('what updates the weights', ['adamw', 'lars', 'sgd'], { default: 'adamw' }),
  warmupSteps: integer('steps of the linear rise (default: a twentieth)'),
  weightDecay: number('times the learning rate', { least: 0, most: 100, default: 1e-4 }),
  watchEvery: integer(
    'steps between measurements of how projections lie: alignment, uniformity, effective rank; 0: none',
    { default: 50 },
  ),
  checkpointEvery: integer('steps between checkpoints', { least: 1, default: 100 }),
}

/** The same as a config keeps them. */
export const keptTraining = {
  optimizer: kept(trainingSettings.optimizer),
  warmupSteps: kept(trainingSettings.warmupSteps),
  weightDecay: kept(trainingSettings.weightDecay),
  checkpointEvery: kept(trainingSettings.checkpointEvery),
}

/** Refuses two lengths. */
export const oneLength = z.refine<{ readonly epochs?: number; readonly steps?: number }>(
  ({ epochs, steps }) => epochs === undefined || steps === undefined,
  { path: ['epochs'], error: 'epochs and steps both say how long, give one' },
)

/** Those that were told. */
export function objectiveNumbers(settings: ObjectiveNumbers): ObjectiveNumbers {
  const names = Object.keys(objectiveSettings) as (keyof ObjectiveNumbers)[]
  return Object.fromEntries(
    names.map(name => [name, settings[name]]).filter(([, value]) => value !== undefined),
  )
}
