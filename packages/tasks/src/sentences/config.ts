import { conflictError } from '@chiaro/core'
import * as z from 'zod/mini'
import { headOf, storedHead, storedTraining, trainingOf, viewCount } from '../representation/config.ts'
import { kept } from '../settings/setting.ts'
import { storedEncoder, storedTokenizer } from '../settings/stored-specs.ts'
import { noToken } from '../texts/no-token.ts'
import type { Texts } from '../texts/texts.ts'
import { openTokenizer, type TextTower, textTower } from '../texts/tower.ts'
import { defaultEpochs, type SentenceSettings, sentenceSettings } from './settings.ts'
import { synonymTable } from './synonym-table.ts'

const of = sentenceSettings.shape

/** All that a run over sentences is told, as `run.json` keeps it. */
export const sentenceConfig = z.object({
  text: storedEncoder,
  tokenizer: storedTokenizer,
  textLength: kept(of.textLength),
  head: storedHead(of),
  training: z.object({
    ...storedTraining(of),
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
  }),
})

export type SentenceConfig = z.infer<typeof sentenceConfig>

const where = 'sentences'

/** The config of a run over some texts. */
export function configureSentences(settings: SentenceSettings, data: Texts): SentenceConfig {
  const { change, learningRate } = settings
  const samples = { count: data.texts.length, classes: data.classes }
  const training = trainingOf(where, settings, samples, { epochs: defaultEpochs, learningRate })
  checkViews(settings)
  const tower = withDropout(textTower(where, settings, data.texts), settings.dropout)
  checkTokens(tower, data)
  return {
    ...tower,
    head: headOf(settings),
    training: {
      ...training,
      views: {
        ...viewCount(settings),
        change,
        rate: settings.rate,
        synonyms: settings.synonyms,
        changeAll: settings.changeAll,
      },
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
