import { ChiaroError, conflictError } from '@chiaro/core'
import {
  buildVocabulary,
  bytePairTokenizer,
  huggingFaceTokenizer,
  ngramTokenizer,
  type SpecifiedTokenizer,
  wordTokenizer,
} from '@chiaro/data'
import type { EncoderSpec } from '@chiaro/encoders'
import type { ClipConfig } from './config.ts'
import type { ClipSettings } from './settings.ts'

/** Settings of a tower that was chosen: those that belong to it have their defaults. */
type Chosen = Required<ClipSettings>
type OfDimension = ClipSettings & { readonly embedding: number }

/** @throws ChiaroError ('argument-conflict') for what convolutions alone have, given with another tower */
export function checkConvolutions({ imageTower, residual, norm }: ClipSettings): void {
  if (imageTower === 'conv') return
  const other = residual ? 'residual' : norm === 'group' ? 'norm group' : undefined
  if (other === undefined) return
  const message = `${other} belongs to imageTower conv, got ${imageTower}`
  throw conflictError('clip', other.split(' ')[0], message)
}

/** The picture tower: a 5×5 convolution, then 3×3 ones, each of stride 2, or residual stages of two; or a ViT. */
export function imageTower(settings: OfDimension, imageSize: number): EncoderSpec {
  const { imageTower, residual, norm, chunkSize, freeze, embedding } = settings
  const { imageMean: mean = 0.5, imageDeviation: deviation = 0.25 } = settings
  const inputShape = [imageSize, imageSize, 3] as const
  const whole = { inputShape, mean, deviation, embeddingDimension: embedding }
  if (imageTower === 'vit') {
    const { patchSize, imageWidth, imageLayers, imageHeads } = settings as Chosen
    if (imageSize % patchSize !== 0) {
      const message = `patchSize must divide the pictures’ ${imageSize} pixels, got ${patchSize}`
      throw conflictError('clip', 'patchSize', message)
    }
    checkHeads('imageHeads', imageHeads, 'imageWidth', imageWidth)
    return { kind: 'vit', patchSize, width: imageWidth, depth: imageLayers, heads: imageHeads, ...whole }
  }
  if (chunkSize !== undefined && norm === 'batch' && freeze !== 'image') {
    const message = 'chunkSize needs norm group or imageTower vit: a batch norm would see its chunk alone'
    throw conflictError('clip', 'chunkSize', message)
  }
  const stages = (settings as Chosen).widths.map((width, i) => {
    const first = { kernel: i === 0 ? 5 : 3, width, stride: 2 }
    return residual && i > 0 ? [first, { kernel: 3, width, stride: 1 }] : [first]
  })
  return {
    ...{ kind: 'conv', inputShape, stages, residual, norm, pooling: 'flatten' },
    ...{ mean, deviation, embeddingDimension: embedding },
  }
}

/** The text tower and its tokenizer; `texts` are those that words are known from. */
export function textTower(
  settings: OfDimension,
  texts: readonly string[],
): Pick<ClipConfig, 'tokenizer' | 'text' | 'textLength'> {
  const { textTower, embedding } = settings
  const { textLength = textTower === 'transformer' ? 32 : 136 } = settings
  if (textTower !== 'transformer') {
    const tokenizer = textTower === 'words' ? wordsOf(settings, texts) : ngramsOf(settings)
    const { spec, vocabularySize } = tokenizer
    const text = { kind: 'pooledText', vocabularySize, embeddingDimension: embedding } as const
    return { tokenizer: spec as ClipConfig['tokenizer'], text, textLength }
  }
  const { textWidth, textLayers, textHeads } = settings as Chosen
  checkHeads('textHeads', textHeads, 'textWidth', textWidth)
  const tokenizer = paddable(tokensOf(settings, textLength, texts))
  return {
    tokenizer: tokenizer.spec as ClipConfig['tokenizer'],
    text: {
      kind: 'transformerText',
      ...{ vocabularySize: tokenizer.vocabularySize, contextLength: textLength },
      ...{ width: textWidth, depth: textLayers, heads: textHeads, embeddingDimension: embedding },
    },
    textLength,
  }
}

/** What the transformer reads: byte pairs, or what a file says, or words. */
function tokensOf(settings: ClipSettings, textLength: number, texts: readonly string[]): SpecifiedTokenizer {
  const { merges, tokenizer, vocabulary } = settings
  if (merges !== undefined && vocabulary !== undefined) {
    throw conflictError('clip', 'vocabulary', 'vocabulary counts words, got merges of byte pairs beside it')
  }
  const other = Object.entries({ merges, vocabulary }).find(([, value]) => value !== undefined)
  if (tokenizer !== undefined && other !== undefined) {
    throw conflictError('clip', other[0], `tokenizer brings its own vocabulary, got ${other[0]} beside it`)
  }
  if (textLength < 2)
    throw conflictError('clip', 'textLength', `textLength must be at least 2, got ${textLength}`)
  const contextLength = textLength
  if (merges !== undefined) return bytePairTokenizer({ merges }, { contextLength })
  if (tokenizer === undefined) return wordsOf(settings, texts)
  try {
    return huggingFaceTokenizer(tokenizer, { contextLength })
  } catch (error) {
    if (!(error instanceof ChiaroError) || error.argument !== 'contextLength') throw error
    const message = `textLength must have room for a token beside those around each text, got ${textLength}`
    throw conflictError('clip', 'textLength', message)
  }
}

/** A tokenizer whose id 0 is padding: where that is a token of a file, all move up by one. */
export function paddable(tokenizer: SpecifiedTokenizer): SpecifiedTokenizer {
  const { type } = tokenizer.spec as ClipConfig['tokenizer']
  if (type !== 'bytePair' && type !== 'huggingFace') return tokenizer
  return {
    spec: tokenizer.spec,
    vocabularySize: tokenizer.vocabularySize + 1,
    encode: text => ({ ids: Int32Array.from(tokenizer.encode(text).ids, id => id + 1) }),
  }
}

function wordsOf({ vocabulary }: ClipSettings, texts: readonly string[]): SpecifiedTokenizer {
  return wordTokenizer(buildVocabulary(texts, { maximumSize: vocabulary }))
}

/** TF-IDF-weighted words and character trigrams. */
function ngramsOf(settings: ClipSettings): SpecifiedTokenizer {
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

function checkHeads(name: string, heads: number, ofWidth: string, width: number): void {
  if (width % heads === 0) return
  throw conflictError('clip', name, `${name} must divide ${ofWidth} ${width}, got ${heads}`)
}
