import * as z from 'zod/mini'
import { oneLength, representationSettings } from '../representation/settings.ts'
import { choice, file, flag, integer, number } from '../settings/setting.ts'
import { textTowerSettings } from '../texts/settings.ts'

/** Epochs where neither these nor steps are asked for. */
export const defaultEpochs = 20

const fields = {
  ...representationSettings({
    ...{ one: 'sentence', many: 'sentences', epochs: defaultEpochs, batchSize: 128, headOutput: 128 },
    // SimCSE's own.
    temperature: 0.05,
  }),
  ...textTowerSettings,
  embedding: integer('dimension of the embeddings', { least: 1, default: 256 }),
  dropout: number('share of tokens (of a transformer: of activations) that the tower drops in training', {
    ...{ least: 0, most: 0.9, default: 0.1 },
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
  learningRate: number('peak of warm-up and cosine', { least: 0, most: 100, default: 0.001 }),
}

/** Every hyperparameter of encoders of sentences. */
export const sentenceSettings = z.object(fields).check(oneLength)

export type SentenceSettings = z.infer<typeof sentenceSettings>
