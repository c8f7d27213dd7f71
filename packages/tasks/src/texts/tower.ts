import { conflictError } from '@chiaro/core'
import {
  buildVocabulary,
  bytePairTokenizer,
  createTokenizer,
  ngramTokenizer,
  type SpecifiedTokenizer,
  type TokenizerSpec,
  wordTokenizer,
} from '@chiaro/data'
import type { EncoderSpec } from '@chiaro/encoders'
import type { TextTowerSettings } from './settings.ts'

/** Settings of a text tower, with the dimension of its embeddings. */
interface TowerSettings extends TextTowerSettings {
  readonly embedding: number
}

/** Settings of a tower that was chosen: those that belong to it have their defaults. */
type Chosen = Required<TowerSettings>

/** A text tower as a run's config keeps it. */
export interface TextTower {
  readonly tokenizer: TokenizerSpec
  readonly text: EncoderSpec
  /** The most tokens of a text that count; of a bag the heaviest, of a sequence the first. */
  readonly textLength: number
}

/**
 * The text tower and its tokenizer.
 *
 * @param where who asks, for messages
 * @param texts those that words are known from
 * @throws ChiaroError that names the setting which does not fit another one
 */
export function textTower(where: string, settings: TowerSettings, texts: readonly string[]): TextTower {
  const { textTower, embedding } = settings
  const { textLength = textTower === 'transformer' ? 32 : 136 } = settings
  if (textTower !== 'transformer') {
    const tokenizer = textTower === 'words' ? wordsOf(settings, texts) : ngramsOf(settings)
    const { spec, vocabularySize } = tokenizer
    const text = { kind: 'pooledText', vocabularySize, embeddingDimension: embedding } as const
    return { tokenizer: spec as TokenizerSpec, text, textLength }
  }
  const { merges, vocabulary, textWidth, textLayers, textHeads } = settings as Chosen
  if (merges !== undefined && vocabulary !== undefined) {
    throw conflictError(where, 'vocabulary', 'vocabulary counts words, got merges of byte pairs beside it')
  }
  if (textLength < 2)
    throw conflictError(where, 'textLength', `textLength must be at least 2, got ${textLength}`)
  checkHeads(where, 'textHeads', textHeads, 'textWidth', textWidth)
  const tokenizer =
    merges === undefined
      ? wordsOf(settings, texts)
      : paddable(bytePairTokenizer({ merges }, { contextLength: textLength }))
  return {
    tokenizer: tokenizer.spec as TokenizerSpec,
    text: {
      kind: 'transformerText',
      ...{ vocabularySize: tokenizer.vocabularySize, contextLength: textLength },
      ...{ width: textWidth, depth: textLayers, heads: textHeads, embeddingDimension: embedding },
    },
    textLength,
  }
}

/** The tokenizer of a tower that a config keeps. */
export function openTokenizer({
  tokenizer,
  text,
}: Pick<TextTower, 'tokenizer' | 'text'>): SpecifiedTokenizer {
  const known = createTokenizer(tokenizer)
  return text.kind === 'transformerText' ? paddable(known) : known
}

/** A tokenizer whose id 0 is padding: byte pairs have a token there, and all move up by one. */
export function paddable(tokenizer: SpecifiedTokenizer): SpecifiedTokenizer {
  if ((tokenizer.spec as TokenizerSpec).type !== 'bytePair') return tokenizer
  return {
    spec: tokenizer.spec,
    vocabularySize: tokenizer.vocabularySize + 1,
    encode: text => ({ ids: Int32Array.from(tokenizer.encode(text).ids, id => id + 1) }),
  }
}

function wordsOf({ vocabulary }: TowerSettings, texts: readonly string[]): SpecifiedTokenizer {
  return wordTokenizer(buildVocabulary(texts, { maximumSize: vocabulary }))
}

/** TF-IDF-weighted words and character trigrams. */
function ngramsOf(settings: TowerSettings): SpecifiedTokenizer {
  const { buckets, keywordWeight } = settings as Chosen
  const { keywordSeparator } = settings
  return ngramTokenizer({
    buckets,
    ngramWeight: 0.5,
    ngramLengthPower: 0.5,
    symbols: true,
    // People ask for "a red heart"; an article is rare in captions, and its rarity would outweigh the heart.
    ignoredWords: ['a', 'an', 'the'],
    ...(keywordSeparator === undefined
      ? {}
      : { appendix: { separator: keywordSeparator, weight: keywordWeight } }),
  })
}

/** Refuses a number of heads that does not divide the width they share. */
export function checkHeads(where: string, name: string, heads: number, ofWidth: string, width: number): void {
  if (width % heads === 0) return
  throw conflictError(where, name, `${name} must divide ${ofWidth} ${width}, got ${heads}`)
}
