import * as z from 'zod/mini'
import { objectiveNames, objectivesWith } from '../representation/objectives.ts'
import {
  objectiveSetting,
  objectiveSettings,
  oneLength,
  trainingSettings,
} from '../representation/settings.ts'
import { choice, file, flag, integer, number } from '../settings/setting.ts'
import { textTowerSettings } from '../texts/settings.ts'

const fields = {
  epochs: integer('times every sentence is seen (default: 20)', { least: 1 }),
  steps: integer('training steps, instead of epochs', { least: 1 }),
  batchSize: integer('sentences a step, in two views or more each', { least: 2, default: 128 }),
  ...textTowerSettings,
  embedding: integer('dimension of the embeddings', { least: 1, default: 256 }),
  dropout: number('share of tokens (of a transformer: of activations) that the tower drops in training', {
    ...{ least: 0, most: 0.9, default: 0.1 },
  }),
  headHidden: integer('units of the head’s hidden layers', { least: 1, default: 256 }),
  headOutput: integer('dimension that the loss sees', { least: 1, default: 128 }),
  headLayers: integer('linear layers of the head', { least: 1, default: 2 }),
  objective: objectiveSetting,
  ...objectiveSettings,
  // SimCSE's own.
  temperature: number('cosines are divided by this', {
    ...{ least: 1e-3, most: 10, default: 0.05 },
    of: { objective: objectivesWith('temperature') },
  }),
  views: integer('views of each sentence', {
    ...{ least: 2, most: 16, default: 2 },
    of: { objective: objectiveNames.filter(name => name !== 'moco') },
  }),
  change: choice(
    'what makes a view: words left out, changed in their places or replaced by synonyms, or nothing but dropout (SimCSE)',
    ['drop', 'swap', 'replace', 'none'],
    { default: 'drop' },
  ),
  rate: number('the share of words that change', {
    ...{ least: 0, most: 1, default: 0.2 },
    of: { change: ['drop', 'swap', 'replace'] },
  }),
  synonyms: file('a word a line and what may stand for it: "big: large, huge"', {
    of: { change: ['replace'] },
  }),
  changeAll: flag('change the first view too'),
  ...trainingSettings,
  learningRate: number('peak of warm-up and cosine', { least: 0, most: 100, default: 0.001 }),
  probe: flag(
    'with labels: at each measurement ask which class the nearest sentences have; the best checkpoint is by it',
  ),
}

/** Every hyperparameter of encoders of sentences. */
export const sentenceSettings = z.object(fields).check(oneLength)

export type SentenceSettings = z.infer<typeof sentenceSettings>
