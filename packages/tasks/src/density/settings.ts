import * as z from 'zod/mini'
import { choice, flag, integer, integers, number } from '../settings/setting.ts'
import { energiesWith, energyNames } from './energies/energies.ts'
import type { EnergyNumbers } from './energies/energy-kind.ts'
import type { ObjectiveNumbers } from './objectives/objective.ts'
import { objectiveNames, objectivesWith } from './objectives/objectives.ts'

const ofObjectives = (setting: keyof ObjectiveNumbers) => ({ of: { objective: objectivesWith(setting) } })
const ofEnergies = (setting: keyof EnergyNumbers) => ({ of: { energy: energiesWith(setting) } })
/** Steps of Gibbs sampling have no size. */
const stepped = energyNames.filter(name => name !== 'boltzmann')

/** Every hyperparameter of a density. */
export const densitySettings = z.object({
  objective: choice('the loss', objectiveNames, { default: 'binary-nce' }),
  energy: choice('what gives the density: tilt bends the noise, the others are free of it', energyNames, {
    default: 'tilt',
  }),
  impute: flag('give missing cells their column’s median or mode (default: an error)'),
  noise: choice(
    'fitted to the data: what these are told from, and what log Z and samples come from',
    ['gaussian', 'diagonal', 'student-t', 'mixture', 'uniform'],
    { default: 'mixture' },
  ),
  noiseScale: number('how much wider than the data the noise is', { least: 1, most: 100, default: 1.2 }),
  noiseRatio: integer('ν, noise rows per data row', { least: 1, default: 4, ...ofObjectives('noiseRatio') }),
  bridges: integer('steps from the data to the noise, a network each', {
    least: 1,
    most: 100,
    default: 4,
    ...ofObjectives('bridges'),
  }),
  sigma: number(
    'of disturbances, in deviations of the column (default: conditional-nce 0.3, denoising 0.1)',
    {
      least: 1e-4,
      most: 10,
      ...ofObjectives('sigma'),
    },
  ),
  projections: integer('directions a row', { least: 1, default: 1, ...ofObjectives('projections') }),
  chainSteps: integer('k, steps of the chains at each training step', {
    least: 1,
    default: 10,
    ...ofObjectives('chainSteps'),
  }),
  stepSize: number('of the chains at first, in deviations of the column; it adapts', {
    least: 1e-4,
    most: 10,
    default: 0.1,
    of: { objective: objectivesWith('stepSize'), energy: stepped },
  }),
  chains: integer('chains that live on from step to step', {
    least: 1,
    default: 512,
    ...ofObjectives('chains'),
  }),
  widths: integers('hidden layers of the network', { default: [128, 128], ...ofEnergies('widths') }),
  components: integer('Gaussians of the mixture', {
    least: 1,
    most: 1000,
    default: 8,
    ...ofEnergies('components'),
  }),
  experts: integer('Student-t experts (default: twice the columns)', { least: 1, ...ofEnergies('experts') }),
  hidden: integer('hidden units', { least: 1, default: 16, ...ofEnergies('hidden') }),
  steps: integer('training steps', { least: 1, default: 2000 }),
  batchSize: integer('data rows a step', { least: 1, default: 256 }),
  learningRate: number('peak of warm-up and cosine (default: tilt and network 0.002, others 0.02)', {
    least: 0,
    most: 10,
  }),
  warmupSteps: integer('steps of the linear rise', { default: 50 }),
  weightDecay: number('decoupled, times the learning rate (default: tilt and network 0.01, others 0)', {
    least: 0,
    most: 100,
  }),
  jitter: number('noise added to training rows, in deviations of the column', {
    least: 0,
    most: 10,
    default: 0,
  }),
  validationShare: number('rows that choose the best checkpoint', { least: 0, most: 0.4, default: 0.1 }),
  heldOutShare: number('rows that only the report sees', { least: 0, most: 0.4, default: 0.1 }),
  validateEvery: integer('steps between validations', { least: 1, default: 100 }),
  checkpointEvery: integer('steps between checkpoints', { least: 1, default: 100 }),
})

export type DensitySettings = z.infer<typeof densitySettings>
