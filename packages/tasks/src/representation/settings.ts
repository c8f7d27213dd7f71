import * as z from 'zod/mini'
import { choice, flag, integer, number } from '../settings/setting.ts'
import type { ObjectiveNumbers } from './objective.ts'
import { objectiveNames, objectivesWith } from './objectives.ts'

const ofObjectives = (name: keyof ObjectiveNumbers) => ({ of: { objective: objectivesWith(name) } })

const temperatureOf = (initial: number) =>
  number('cosines are divided by this', {
    ...{ least: 1e-3, most: 10, default: initial },
    ...ofObjectives('temperature'),
  })

/** What the losses are told. */
export const objectiveSettings = {
  temperature: temperatureOf(0.2),
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

/** What differs between the settings of representations. */
interface OwnSettings {
  /** What a sample is, and what several are. */
  readonly one: string
  readonly many: string
  /** Epochs where neither these nor steps are asked for. */
  readonly epochs: number
  readonly batchSize: number
  readonly headOutput: number
  readonly temperature: number
}

/** How any representation is trained: its length, head, loss, views and optimiser; the learning rate is each one's own. */
export const representationSettings = ({ one, many, ...defaults }: OwnSettings) => ({
  epochs: integer(`times every ${one} is seen (default: ${defaults.epochs})`, { least: 1 }),
  steps: integer('training steps, instead of epochs', { least: 1 }),
  batchSize: integer(`${many} a step, in two views or more each`, { least: 2, default: defaults.batchSize }),
  headHidden: integer('units of the head’s hidden layers', { least: 1, default: 256 }),
  headOutput: integer('dimension that the loss sees', { least: 1, default: defaults.headOutput }),
  headLayers: integer('linear layers of the head', { least: 1, default: 2 }),
  objective: choice('the loss', objectiveNames, { default: 'nt-xent' }),
  ...objectiveSettings,
  temperature: temperatureOf(defaults.temperature),
  views: integer(`views of each ${one}`, {
    ...{ least: 2, most: 16, default: 2 },
    of: { objective: objectiveNames.filter(name => name !== 'moco') },
  }),
  optimizer: choice('what updates the weights', ['adamw', 'lars', 'sgd'], { default: 'adamw' }),
  warmupSteps: integer('steps of the linear rise (default: a twentieth)'),
  weightDecay: number('times the learning rate', { least: 0, most: 100, default: 1e-4 }),
  watchEvery: integer(
    'steps between measurements of how projections lie: alignment, uniformity, effective rank; 0: none',
    { default: 50 },
  ),
  probe: flag(
    `with labels: at each measurement ask which class the nearest ${many} have; the best checkpoint is by it`,
  ),
  checkpointEvery: integer('steps between checkpoints', { least: 1, default: 100 }),
})

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
