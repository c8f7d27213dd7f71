import * as z from 'zod/mini'
import { objectiveNamed, objectiveNames } from '../representation/objectives.ts'
import { objectiveSettings } from '../representation/settings.ts'
import { choice, flag, integer, integers, number } from '../settings/setting.ts'

/** Rows come without classes. */
const unlabelled = objectiveNames.filter(name => objectiveNamed(name).classes !== true)

const fields = {
  epochs: integer('times every row is seen (default: 100)', { least: 1 }),
  steps: integer('training steps, instead of epochs', { least: 1 }),
  batchSize: integer('rows a step, in two views or more each', { least: 2, default: 128 }),
  impute: flag('give missing cells their column’s median or mode (default: an error)'),
  widths: integers('layers of the encoder; the last are the embedding', { default: [256, 256, 256, 256] }),
  headHidden: integer('units of the head’s hidden layers', { least: 1, default: 256 }),
  headOutput: integer('dimension that the loss sees', { least: 1, default: 256 }),
  headLayers: integer('linear layers of the head', { least: 1, default: 2 }),
  objective: choice('the loss', unlabelled as [string, ...string[]], { default: 'nt-xent' }),
  ...objectiveSettings,
  // SCARF's own.
  temperature: number('cosines are divided by this', {
    ...{ least: 1e-3, most: 10, default: 1 },
    of: { objective: ['nt-xent', 'decoupled', 'moco', 'debiased', 'hard-negative'] },
  }),
  views: integer('views of each row', {
    ...{ least: 2, most: 16, default: 2 },
    of: { objective: unlabelled.filter(name => name !== 'moco') },
  }),
  change: choice(
    'what makes a view: values of other rows, 0 in the place of values, or normal noise',
    ['corrupt', 'mask', 'jitter'],
    { default: 'corrupt' },
  ),
  rate: number('the share of columns that change (default: corrupt 0.6, mask 0.3)', {
    ...{ least: 0, most: 1 },
    of: { change: ['corrupt', 'mask'] },
  }),
  deviation: number('of the noise on numbers, in deviations of the column', {
    ...{ least: 0, most: 10, default: 0.1 },
    of: { change: ['jitter'] },
  }),
  changeAll: flag('change the first view too, which SCARF leaves as it is'),
  optimizer: choice('what updates the weights', ['adamw', 'lars', 'sgd'], { default: 'adamw' }),
  learningRate: number('peak of warm-up and cosine', { least: 0, most: 100, default: 0.001 }),
  warmupSteps: integer('steps of the linear rise (default: a twentieth)'),
  weightDecay: number('times the learning rate', { least: 0, most: 100, default: 1e-4 }),
  watchEvery: integer(
    'steps between measurements of how projections lie: alignment, uniformity, effective rank; 0: none',
    { default: 50 },
  ),
  checkpointEvery: integer('steps between checkpoints', { least: 1, default: 100 }),
}

/** Every hyperparameter of SCARF. */
export const scarfSettings = z.object(fields).check(
  z.refine(({ epochs, steps }) => epochs === undefined || steps === undefined, {
    path: ['epochs'],
    error: 'epochs and steps both say how long, give one',
  }),
)

export type ScarfSettings = z.infer<typeof scarfSettings>
