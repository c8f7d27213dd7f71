import type { TokenizerSpec } from '@chiaro/data'
import type { EncoderSpec } from '@chiaro/encoders'

/** All that a CLIP run is told, as `run.json` keeps it. */
export interface ClipConfig {
  /** Height and width that pictures are brought to, in pixels. */
  readonly imageSize: number
  readonly image: EncoderSpec
  readonly text: EncoderSpec
  readonly tokenizer: TokenizerSpec
  /** The most tokens of a text that count; of a bag the heaviest, of a sequence the first. */
  readonly textLength: number
  readonly logitScale: { readonly initial: number; readonly maximum: number; readonly learned: boolean }
  readonly training: ClipTraining
  /** Where pairs and pictures come from; absolute paths. */
  readonly source: ClipSource
}

export interface ClipTraining {
  readonly steps: number
  readonly batchSize: number
  /** Of the image tower, at its peak. */
  readonly learningRate: number
  readonly textLearningRate: number
  readonly warmupSteps: number
  readonly weightDecay: number
  readonly textWeightDecay: number
  readonly beta2: number
  /** Decay of the weights' moving average; 0: none is kept. */
  readonly averageDecay: number
  readonly augment: 'light' | 'none'
  readonly validateEvery: number
  readonly checkpointEvery: number
}

export interface ClipSource {
  readonly pairs: string
  readonly validationPairs?: string
  readonly images: string
  readonly imageColumn: string
  readonly textColumn: string
  readonly weightColumn?: string
}
