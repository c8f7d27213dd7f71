import * as z from 'zod/mini'
import { choice, file, integer, number, text } from '../settings/setting.ts'

const ofNgrams = { of: { textTower: ['ngrams'] } }
const ofTransformer = { of: { textTower: ['transformer'] } }

/** What reads texts, and how they become tokens. */
export const textTowerSettings = {
  textTower: choice(
    'what reads texts: their words and trigrams, their words, both weighed and pooled, or a transformer',
    ['ngrams', 'words', 'transformer'],
    { default: 'ngrams' },
  ),
  buckets: integer('ids that words and character trigrams are hashed into', {
    least: 1,
    default: 8192,
    ...ofNgrams,
  }),
  vocabulary: integer('the most frequent words that are known (default: all)', {
    least: 1,
    of: { textTower: ['words', 'transformer'] },
  }),
  merges: file('merges.txt of byte pairs, as CLIP’s (default: words)', ofTransformer),
  tokenizer: file('tokenizer.json of Hugging Face (default: words)', ofTransformer),
  textWidth: integer('numbers of a token', { least: 1, default: 128, ...ofTransformer }),
  textLayers: integer('transformer blocks over tokens', { least: 1, default: 2, ...ofTransformer }),
  textHeads: integer('heads of their attention', { least: 1, default: 4, ...ofTransformer }),
  keywordSeparator: text('what stands between a text’s title and its keywords', ofNgrams),
  keywordWeight: number('how much a keyword weighs beside a word of the title', {
    least: 0,
    most: 100,
    default: 0.5,
    ...ofNgrams,
  }),
  textLength: integer('the most tokens of a text that count (default: transformer 32, others 136)', {
    least: 1,
  }),
}

const textTower = z.object(textTowerSettings)

export type TextTowerSettings = z.infer<typeof textTower>
