import * as z from 'zod/mini'
import { oneLength, representationSettings } from '../representation/settings.ts'
import { choice, flag, integers, number } from '../settings/setting.ts'

/** Epochs where neither these nor steps are asked for. */
export const defaultEpochs = 100

const fields = {
  ...representationSettings({
    ...{ one: 'row', many: 'rows', epochs: defaultEpochs, batchSize: 128, headOutput: 256 },
    // SCARF's own.
    temperature: 1,
  }),
  impute: flag('give missing cells their column’s median or mode (default: an error)'),
  widths: integers('layers of the encoder; the last are the embedding', { default: [256, 256, 256, 256] }),
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
  learningRate: number('peak of warm-up and cosine', { least: 0, most: 100, default: 0.001 }),
}

/** Every hyperparameter of SCARF. */
export const scarfSettings = z.object(fields).check(oneLength)

export type ScarfSettings = z.infer<typeof scarfSettings>
