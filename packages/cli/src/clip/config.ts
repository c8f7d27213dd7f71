import type { TokenizerSpec } from '@chiaro/data'
import type { EncoderSpec } from '@chiaro/encoders'

/** All that a CLIP run is, as `run.json` keeps it. */
export interface ClipConfig {
  /** Width and height pictures are brought to, in pixels. */
  readonly imageSize: number
  readonly imageEncoder: EncoderSpec
  readonly textEncoder: EncoderSpec
  readonly tokenizer: TokenizerSpec
  /** Tokens a text has at most; the rest is cut off. */
  readonly textLength: number
  readonly logitScale: { readonly initial: number; readonly maximum: number; readonly learned: boolean }
  readonly training: ClipTraining
  /** Where the pictures and their captions come from; `search` looks there when told nothing else. */
  readonly source: { readonly pairs: string; readonly images: string }
}

export interface ClipTraining {
  readonly steps: number
  readonly batchSize: number
  readonly learningRate: number
  readonly textLearningRate: number
  readonly warmupSteps: number
  readonly weightDecay: number
  readonly textWeightDecay: number
  readonly beta2: number
  /** Decay of the weights' moving average; 0 for none. */
  readonly averageDecay: number
  readonly augment: 'light' | 'none'
  readonly validateEvery: number
  readonly checkpointEvery: number
}
