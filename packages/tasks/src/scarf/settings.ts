import * as z from 'zod/mini'
import { objectiveNames, objectivesWith } from '../representation/objectives.ts'
import {
  objectiveSetting,
  objectiveSettings,
  oneLength,
  trainingSettings,
} from '../representation/settings.ts'
import { choice, flag, integer, integers, number } from '../settings/setting.ts'

const fields = {
  epochs: integer('times every row is seen (default: 100)', { least: 1 }),
  steps: integer('training steps, instead of epochs', { least: 1 }),
  batchSize: integer('rows a step, in two views or more each', { least: 2, default: 128 }),
  impute: flag('give missing cells their column’s median or mode (default: an error)'),
  widths: integers('layers of the encoder; the last are the embedding', { default: [256, 256, 256, 256] }),
  headHidden: integer('units of the head’s hidden layers', { least: 1, default: 256 }),
  headOutput: integer('dimension that the loss sees', { least: 1, default: 256 }),
  headLayers: integer('linear layers of the head', { least: 1, default: 2 }),
  objective: objectiveSetting,
  ...objectiveSettings,
  // SCARF's own.
  temperature: number('cosines are divided by this', {
    ...{ least: 1e-3, most: 10, default: 1 },
    of: { objective: objectivesWith('temperature') },
  }),
  views: integer('views of each row', {
    ...{ least: 2, most: 16, default: 2 },
    of: { objective: objectiveNames.filter(name => name !== 'moco') },
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
  ...trainingSettings,
  learningRate: number('peak of warm-up and cosine', { least: 0, most: 100, default: 0.001 }),
  probe: flag(
    'with labels: at each measurement ask which class the nearest rows have; the best checkpoint is by it',
  ),
}

/** Every hyperparameter of SCARF. */
export const scarfSettings = z.object(fields).check(oneLength)

export type ScarfSettings = z.infer<typeof scarfSettings>
