import { foldIn } from '@chiaro/random'
import type { Features } from '../pictures/picture-blocks.ts'
import { programOf } from '../program.ts'
import { checkClasses } from '../representation/classes.ts'
import {
  aloneOf,
  candidatesOf,
  fitRepresentation,
  indifferentLossOf,
  warningOf,
} from '../representation/fit-representation.ts'
import type { ViewBatch } from '../representation/model.ts'
import { nearestProbe } from '../representation/probe-while-training.ts'
import { readSettings } from '../settings/read-settings.ts'
import type { Task } from '../task.ts'
import { textReader } from '../texts/host-texts.ts'
import { textsOf } from '../texts/texts.ts'
import { configureSentences, type SentenceConfig, sentenceConfig } from './config.ts'
import { createSentences, embedSentences, reading, type SentenceModel } from './model.ts'
import { type SentenceSettings, sentenceSettings } from './settings.ts'
import { sentenceBatches } from './views.ts'

const task: Task<SentenceSettings, 'texts', SentenceConfig, SentenceModel, ViewBatch> = {
  name: 'sentences',
  summary: 'an encoder of sentences, by SimCSE and its family',
  takes: 'texts',
  settings: sentenceSettings,
  configure: configureSentences,
  parse: config => readSettings('sentences', sentenceConfig, config),
  prepare: (config, key, data) => createSentences(config, foldIn(key, 0), data?.texts),
  async fitOptions(model, data, key, live = () => model.config, ranks) {
    const { training } = live()
    checkClasses('sentences', training, data.classes)
    const read = await textReader(reading(model))
    const batches = (firstStep: number) =>
      sentenceBatches(live(), data, model.tokenizer, read, key, firstStep, ranks)
    const features = (rows: Int32Array) =>
      featuresOf(
        model,
        Array.from(rows, row => data.texts[row]),
      )
    const samples = { count: data.texts.length, classes: data.classes, features }
    const probe = training.probe ? nearestProbe(samples, key) : undefined
    return fitRepresentation(model, () => live().training, { batches, key, probe, ranks })
  },
  overRanks: aloneOf,
  indifferentLoss: indifferentLossOf,
  candidates: candidatesOf,
  warning: warningOf('sentence'),
  describe: ({ tokenizer }, { texts }) =>
    `${texts.length} sentences, a tower of ${tokenizer.vocabularySize} tokens`,
  remarks(_, { texts }) {
    const again = texts.length - new Set(texts).size
    return again === 0 ? [] : [`${again} sentences have come before, and the loss tells them from themselves`]
  },
  can: { embedTexts: embedSentences },
}

async function featuresOf(model: SentenceModel, texts: readonly string[]): Promise<Features> {
  const rows = await embedSentences(model, texts)
  const vectors = await rows.data<'float32'>()
  rows.dispose()
  return { vectors, dimension: rows.shape[1] }
}

/** Sentences to learn from. */
interface GivenTexts {
  readonly texts: readonly string[]
  /** [texts] the class of each, for an objective that learns from classes, or for the probe. */
  readonly labels?: ArrayLike<number>
}

/**
 * An encoder of sentences (SimCSE; Gao, Yao and Chen 2021, "SimCSE: simple contrastive learning of sentence embeddings"), by
 * the losses of `objectives.ts`; a view has some words left out, changed or replaced, or is the sentence itself under other
 * dropout. `train` learns from texts in memory, settings by the names of `sentences.settings`:
 *
 *   const model = await sentences.train({ texts, key: key(1), steps: 200, batchSize: 64 })
 *   const { vectors, dimension } = await model.embed(['a cat sits', 'a dog sits'])
 */
export const sentences = programOf(task, {
  given: ['texts', 'labels'],
  data: ({ texts, labels }: GivenTexts) => textsOf('sentences', texts, labels),
  handle: ({ model }) => ({
    /** The encoder's output for each text, without the head: as it is, not of unit length. */
    embed: (texts: readonly string[]): Promise<Features> => featuresOf(model, texts),
  }),
})

export type TrainedSentences = ReturnType<typeof sentences.load>
