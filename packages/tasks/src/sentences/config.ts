import { conflictError } from '@chiaro/core'
import { batchPosition } from '@chiaro/data'
import * as z from 'zod/mini'
import { checkClasses } from '../representation/classes.ts'
import { keptTraining, objectiveNumbers, objectiveSettings } from '../representation/settings.ts'
import { kept } from '../settings/setting.ts'
import { storedEncoder, storedTokenizer } from '../settings/stored-specs.ts'
import { noToken } from '../texts/no-token.ts'
import type { Texts } from '../texts/texts.ts'
import { openTokenizer, type TextTower, textTower } from '../texts/tower.ts'
import { type SentenceSettings, sentenceSettings } from './settings.ts'
import { synonymTable } from './synonym-table.ts'

const of = sentenceSettings.shape

/** All that a run over sentences is told, as `run.json` keeps it. */
export const sentenceConfig = z.object({
  text: storedEncoder,
  tokenizer: storedTokenizer,
  textLength: kept(of.textLength),
  /** The head that the loss sees, and that embeddings and probes leave off. */
  head: z.object({ hidden: kept(of.headHidden), output: kept(of.headOutput), layers: kept(of.headLayers) }),
  training: z.object({
    steps: kept(of.steps),
    batchSize: kept(of.batchSize),
    objective: kept(of.objective),
    ...objectiveSettings,
    views: z.object({
      /** How many, where it is not two. */
      count: of.views,
      change: kept(of.change),
      rate: of.rate,
      /** The file's text. */
      synonyms: of.synonyms,
      changeAll: kept(of.changeAll),
    }),
    learningRate: kept(of.learningRate),
    ...keptTraining,
    watchEvery: kept(of.watchEvery),
    probe: kept(of.probe),
  }),
})

export type SentenceConfig = z.infer<typeof sentenceConfig>

const where = 'sentences'

/** Epochs where neither these nor steps are asked for. */
const defaultEpochs = 20

/** The config of a run over some texts. */
export function configureSentences(settings: SentenceSettings, data: Texts): SentenceConfig {
  const { batchSize, epochs, steps: asked, change, views } = settings
  const count = data.texts.length
  // Refuses a batch that is larger than the texts are many.
  batchPosition(count, 0, { batchSize })
  checkClasses(where, settings, data.classes)
  checkViews(settings)
  const steps = asked ?? (epochs ?? defaultEpochs) * Math.floor(count / batchSize)
  const tower = withDropout(textTower(where, settings, data.texts), settings.dropout)
  checkTokens(tower, data)
  return {
    ...tower,
    head: { hidden: settings.headHidden, output: settings.headOutput, layers: settings.headLayers },
    training: {
      steps,
      batchSize,
      objective: settings.objective,
      ...objectiveNumbers(settings),
      views: {
        ...(views !== undefined && views > 2 && { count: views }),
        change,
        rate: settings.rate,
        synonyms: settings.synonyms,
        changeAll: settings.changeAll,
      },
      learningRate: settings.learningRate,
      optimizer: settings.optimizer,
      warmupSteps: settings.warmupSteps ?? Math.round(steps / 20),
      weightDecay: settings.weightDecay,
      watchEvery: settings.watchEvery,
      probe: settings.probe,
      checkpointEvery: settings.checkpointEvery,
    },
  }
}

/** Refuses views that are all alike, and synonyms that are none. */
function checkViews({ change, dropout, synonyms, changeAll }: SentenceSettings): void {
  if (change === 'none' && changeAll) {
    throw conflictError(where, 'changeAll', 'change none changes no words, got changeAll beside it')
  }
  if (change === 'none' && dropout === 0) {
    throw conflictError(where, 'dropout', 'change none makes views by dropout alone, got dropout 0')
  }
  if (change !== 'replace') return
  if (synonyms === undefined) {
    throw conflictError(where, 'synonyms', 'change replace needs synonyms, got none')
  }
  synonymTable(where, synonyms)
}

/** The tower with what it drops in training. */
function withDropout({ text, ...tower }: TextTower, dropout: number): TextTower {
  if (dropout === 0) return { text, ...tower }
  if (text.kind === 'transformerText') return { ...tower, text: { ...text, dropout } }
  return text.kind === 'pooledText'
    ? { ...tower, text: { ...text, tokenDropout: dropout } }
    : { ...tower, text }
}

/** @throws ChiaroError ('data') for a text without any token, which says where it stands */
function checkTokens(tower: TextTower, { texts, placeOf = row => `row ${row + 1}` }: Texts): void {
  const tokenizer = openTokenizer(tower)
  const empty = texts.findIndex(text => tokenizer.encode(text).ids.length === 0)
  if (empty >= 0) throw noToken('a sentence', placeOf(empty), texts[empty])
}
