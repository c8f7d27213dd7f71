import { ngramTokenizer, type TokenizerSpec } from '@chiaro/data'
import type { EncoderSpec } from '@chiaro/encoders'

/** What the command line says of the towers. */
export interface TowerOptions {
  readonly imageSize: number
  /** Channels of each convolution; every one halves the picture's sides. */
  readonly widths: readonly number[]
  readonly residual: boolean
  readonly imageMean: number
  readonly imageDeviation: number
  readonly buckets: number
  /** What stands between a caption's title and its keywords; absent: captions are all title. */
  readonly keywordSeparator?: string
  readonly keywordWeight: number
  readonly embedding: number
}

/** The picture tower: a 5×5 convolution, then 3×3 ones, each of stride 2, or residual stages of two. */
export function imageTower(options: TowerOptions): EncoderSpec {
  const { imageSize, widths, residual, imageMean, imageDeviation, embedding } = options
  const stages = widths.map((width, i) => {
    const first = { kernel: i === 0 ? 5 : 3, width, stride: 2 }
    return residual && i > 0 ? [first, { kernel: 3, width, stride: 1 }] : [first]
  })
  return {
    kind: 'conv',
    inputShape: [imageSize, imageSize, 3],
    stages,
    residual,
    norm: 'batch',
    pooling: 'flatten',
    mean: imageMean,
    deviation: imageDeviation,
    embeddingDimension: embedding,
  }
}

/** The text tower and its tokenizer: TF-IDF-weighted words and character trigrams, pooled. */
export function textTower(options: TowerOptions): {
  readonly tokenizer: TokenizerSpec
  readonly text: EncoderSpec
} {
  const { buckets, keywordSeparator, keywordWeight, embedding } = options
  const tokenizer = ngramTokenizer({
    buckets,
    ngramWeight: 0.5,
    ngramLengthPower: 0.5,
    // People ask for "a red heart"; an article is rare in captions, and its rarity would outweigh the heart.
    ignoredWords: ['a', 'an', 'the'],
    ...(keywordSeparator === undefined
      ? {}
      : { appendix: { separator: keywordSeparator, weight: keywordWeight } }),
  })
  return {
    tokenizer: tokenizer.spec,
    text: { kind: 'pooledText', vocabularySize: tokenizer.vocabularySize, embeddingDimension: embedding },
  }
}
