import { ngramTokenizer } from '@chiaro/data'
import type { EncoderSpec } from '@chiaro/encoders'
import * as z from 'zod/mini'
import { kept } from '../settings/setting.ts'
import { storedEncoder, storedTokenizer } from '../settings/stored-specs.ts'
import { clipObjective } from './objectives.ts'
import { type ClipSettings, clipSettings } from './settings.ts'

const of = clipSettings.shape

/** All that a CLIP run is told, as `run.json` keeps it. */
export const clipConfig = z.object({
  /** Height and width of the pictures, in pixels. */
  imageSize: z.int().check(z.minimum(1)),
  image: storedEncoder,
  text: storedEncoder,
  tokenizer: storedTokenizer,
  /** The most tokens of a text that count; of a bag the heaviest, of a sequence the first. */
  textLength: kept(of.textLength),
  /** Absent in runs of before there were several: CLIP's. */
  objective: z.optional(kept(of.objective)),
  logitScale: z.object({ initial: kept(of.logitScale), maximum: z.number(), learned: z.boolean() }),
  /** The learned bias at first, of an objective that has one. */
  logitBias: z.optional(kept(of.logitBias)),
  training: z.object({
    steps: kept(of.steps),
    batchSize: kept(of.batchSize),
    /** Of the image tower, at its peak. */
    learningRate: kept(of.learningRate),
    textLearningRate: kept(of.textLearningRate),
    warmupSteps: kept(of.warmupSteps),
    weightDecay: kept(of.weightDecay),
    textWeightDecay: kept(of.textWeightDecay),
    beta2: kept(of.beta2),
    /** 0: no average is kept. */
    averageDecay: kept(of.averageDecay),
    augment: kept(of.augment),
    validateEvery: kept(of.validateEvery),
    checkpointEvery: kept(of.checkpointEvery),
  }),
})

export type ClipConfig = z.infer<typeof clipConfig>

/** The config of a run over square colour pictures. */
export function configureClip(settings: ClipSettings, imageSize: number): ClipConfig {
  const { objective, logitBias, learningRate, weightDecay } = settings
  const { initial, maximum } = clipObjective(objective).scale
  return {
    imageSize,
    image: imageTower(settings, imageSize),
    ...textTower(settings),
    textLength: settings.textLength,
    objective,
    logitScale: { initial: settings.logitScale ?? initial, maximum, learned: !settings.fixedLogitScale },
    ...(logitBias !== undefined && { logitBias }),
    training: {
      steps: settings.steps,
      batchSize: settings.batchSize,
      learningRate,
      textLearningRate: settings.textLearningRate ?? learningRate,
      warmupSteps: settings.warmupSteps,
      weightDecay,
      textWeightDecay: settings.textWeightDecay ?? weightDecay,
      beta2: settings.beta2,
      averageDecay: settings.averageDecay,
      augment: settings.augment,
      validateEvery: settings.validateEvery,
      checkpointEvery: settings.checkpointEvery,
    },
  }
}

/** The picture tower: a 5×5 convolution, then 3×3 ones, each of stride 2, or residual stages of two. */
function imageTower(settings: ClipSettings, imageSize: number): EncoderSpec {
  const { widths, residual, imageMean, imageDeviation, embedding } = settings
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
function textTower({
  buckets,
  keywordSeparator,
  keywordWeight,
  embedding,
}: ClipSettings): Pick<ClipConfig, 'tokenizer' | 'text'> {
  const tokenizer = ngramTokenizer({
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
  return {
    tokenizer: tokenizer.spec,
    text: { kind: 'pooledText', vocabularySize: tokenizer.vocabularySize, embeddingDimension: embedding },
  }
}
