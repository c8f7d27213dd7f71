import { ChiaroError, conflictError } from '@chiaro/core'
import {
  buildVocabulary,
  bytePairTokenizer,
  createTokenizer,
  huggingFaceTokenizer,
  ngramTokenizer,
  type SpecifiedTokenizer,
  type TokenizerSpec,
  wordTokenizer,
} from '@chiaro/data'
import type { EncoderSpec } from '@chiaro/encoders'
import type { TextTowerSettings } from './settings.ts'

/** Settings of a text tower, with the dimension of its embeddings. */
export interface TowerSettings extends TextTowerSettings {
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
  const { textWidth, textLayers, textHeads } = settings as Chosen
  checkHeads(where, 'textHeads', textHeads, 'textWidth', textWidth)
  const tokenizer = paddable(tokensOf(where, settings, textLength, texts))
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

/** A tokenizer whose id 0 is padding: where that is a token of a file, all move up by one. */
export function paddable(tokenizer: SpecifiedTokenizer): SpecifiedTokenizer {
  const { type } = tokenizer.spec as TokenizerSpec
  if (type !== 'bytePair' && type !== 'huggingFace') return tokenizer
  return {
    spec: tokenizer.spec,
    vocabularySize: tokenizer.vocabularySize + 1,
    encode: text => ({ ids: Int32Array.from(tokenizer.encode(text).ids, id => id + 1) }),
  }
}

/** What the transformer reads: byte pairs, or what a file says, or words. */
function tokensOf(
  where: string,
  settings: TowerSettings,
  textLength: number,
  texts: readonly string[],
): SpecifiedTokenizer {
  const { merges, tokenizer, vocabulary } = settings
  if (merges !== undefined && vocabulary !== undefined) {
    throw conflictError(where, 'vocabulary', 'vocabulary counts words, got merges of byte pairs beside it')
  }
  const other = Object.entries({ merges, vocabulary }).find(([, value]) => value !== undefined)
  if (tokenizer !== undefined && other !== undefined) {
    throw conflictError(where, other[0], `tokenizer brings its own vocabulary, got ${other[0]} beside it`)
  }
  if (textLength < 2)
    throw conflictError(where, 'textLength', `textLength must be at least 2, got ${textLength}`)
  const contextLength = textLength
  if (merges !== undefined) return bytePairTokenizer({ merges }, { contextLength })
  if (tokenizer === undefined) return wordsOf(settings, texts)
  try {
    return huggingFaceTokenizer(tokenizer, { contextLength })
  } catch (error) {
    if (!(error instanceof ChiaroError) || error.argument !== 'contextLength') throw error
    const message = `textLength must have room for a token beside those around each text, got ${textLength}`
    throw conflictError(where, 'textLength', message)
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
