import * as z from 'zod/mini'
import { integer, integers, keptAll, number } from '../settings/setting.ts'
import { storedTableEncoding } from '../settings/stored-specs.ts'

/** Every hyperparameter: its name is the flag's, the form field's and the option's. */
export const templateNameSettings = z.object({
  steps: integer('training steps', { least: 1, default: 500 }),
  batchSize: integer('rows a step, in two views each', { least: 2, default: 64 }),
  widths: integers('layers of the encoder; the last is the embedding', { default: [64, 16] }),
  deviation: number('of the noise that makes a view, in deviations of the column', {
    ...{ least: 0, most: 10, default: 0.3 },
  }),
  temperature: number('cosines are divided by this', { least: 1e-3, most: 10, default: 0.5 }),
  learningRate: number('peak of warm-up and cosine', { least: 0, most: 100, default: 0.01 }),
  checkpointEvery: integer('steps between checkpoints', { least: 1, default: 100 }),
})

export type TemplateNameSettings = z.infer<typeof templateNameSettings>

/** All that a run is told, and how it reads rows, as `run.json` keeps it. */
export const templateNameConfig = z.object({
  /** Standardised columns, and one-hot ones for categories. */
  encoding: storedTableEncoding,
  ...keptAll(templateNameSettings),
})

export type TemplateNameConfig = z.infer<typeof templateNameConfig>
