import { ChiaroError } from '@chiaro/core'
import { ngramTokenizer, type TokenizerSpec } from '@chiaro/data'
import type { EncoderSpec } from '@chiaro/encoders'
import { keywordSeparator } from './atlas.ts'
import type { LiveSettings, Settings } from './settings.ts'

/** A CLIP run as `chiaro train clip` keeps it in `run.json`. */
export interface RunConfig {
  readonly imageSize: number
  readonly image: EncoderSpec
  readonly text: EncoderSpec
  readonly tokenizer: TokenizerSpec
  readonly textLength: number
  readonly logitScale: { readonly initial: number; readonly maximum: number; readonly learned: boolean }
  readonly training: RunTraining
}

export interface RunTraining {
  readonly steps: number
  readonly batchSize: number
  /** Of the image tower, at its peak. */
  readonly learningRate: number
  readonly textLearningRate: number
  readonly warmupSteps: number
  readonly weightDecay: number
  readonly textWeightDecay: number
  readonly beta2: number
  readonly averageDecay: number
  readonly augment: 'light' | 'none'
  readonly validateEvery: number
  readonly checkpointEvery: number
}

/** Numbers of an embedding. */
const embeddingDimension = 128
/** The text tower learns so much more slowly: it knows the words' own likeness from the start. */
const textShare = 0.2

/** What a fresh run is told. */
export function configOf(settings: Settings, imageSize: number): RunConfig {
  const { seed: _, batchSize, logitScale, learned, ...live } = settings
  const tokenizer = ngramTokenizer({
    buckets: 4096,
    ngramWeight: 0.5,
    ngramLengthPower: 0.5,
    ignoredWords: ['a', 'an', 'the'],
    appendix: { separator: keywordSeparator, weight: 0.5 },
  })
  return {
    imageSize,
    image: {
      kind: 'conv',
      inputShape: [imageSize, imageSize, 3],
      stages: [24, 48, 96].map((width, i) => [{ kernel: i === 0 ? 5 : 3, width, stride: 2 }]),
      residual: false,
      norm: 'batch',
      pooling: 'flatten',
      mean: 0.75,
      deviation: 0.3,
      embeddingDimension,
    },
    text: { kind: 'pooledText', vocabularySize: tokenizer.vocabularySize, embeddingDimension },
    tokenizer: tokenizer.spec,
    textLength: 64,
    logitScale: { initial: logitScale, maximum: 100, learned },
    training: {
      batchSize,
      ...liveTraining(live),
      weightDecay: 2,
      textWeightDecay: 1,
      beta2: 0.98,
      averageDecay: 0,
      augment: 'light',
      validateEvery: 1000,
      checkpointEvery: 500,
    },
  }
}

const liveTraining = ({ steps, learningRate }: LiveSettings) => ({
  steps,
  learningRate,
  textLearningRate: textShare * learningRate,
  warmupSteps: Math.round(steps / 10),
})

/** A run's config as its settings stand: live ones may have changed since it began. */
export const withLive = (config: RunConfig, live: LiveSettings): RunConfig => ({
  ...config,
  training: { ...config.training, ...liveTraining(live) },
})

/**
 * The page's settings for a run that the command trained.
 *
 * @throws ChiaroError ('run') in words where the page can't go on with it
 */
export function settingsOf(
  { imageSize, logitScale, training }: RunConfig,
  seed: number,
  side: number,
): Settings {
  if (imageSize !== side) {
    const problem = `it was trained on pictures of ${imageSize} × ${imageSize}, and this page’s have ${side} × ${side}`
    throw new ChiaroError('run', `This file can’t be opened: ${problem}.`, 'file')
  }
  const { batchSize, steps, learningRate } = training
  return { seed, batchSize, logitScale: logitScale.initial, learned: logitScale.learned, steps, learningRate }
}
