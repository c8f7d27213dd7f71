import type { EncoderSpec } from '@chiaro/encoders'
import type { PictureShape } from '../pictures/open-pictures.ts'
import type { PictureSource } from '../pictures/source.ts'

/** Which loss compares the views: SimCLR's, the same without the positive below, or MoCo's with a queue. */
export const objectives = ['nt-xent', 'decoupled', 'moco'] as const
export type Objective = (typeof objectives)[number]

/** Which views are drawn of each picture. */
export const recipes = ['simclr', 'moco-v2', 'crop'] as const
export type Recipe = (typeof recipes)[number]

export const optimizers = ['adamw', 'lars', 'sgd'] as const
export type OptimizerName = (typeof optimizers)[number]

/** All that a SimCLR run is told, as `run.json` keeps it. */
export interface SimclrConfig {
  readonly shape: PictureShape
  readonly encoder: EncoderSpec
  /** The head that the loss sees, and that embeddings and probes leave off. */
  readonly head: { readonly hidden: number; readonly output: number; readonly layers: number }
  readonly training: SimclrTraining
  readonly source: PictureSource
}

export interface SimclrTraining {
  readonly steps: number
  readonly batchSize: number
  readonly objective: Objective
  readonly temperature: number
  /** Keys that MoCo's queue holds, and how slowly its second encoder follows. */
  readonly queue: number
  readonly momentum: number
  readonly views: SimclrViewConfig
  readonly optimizer: OptimizerName
  readonly learningRate: number
  readonly warmupSteps: number
  readonly weightDecay: number
  readonly checkpointEvery: number
}

/** How views are drawn. */
export interface SimclrViewConfig {
  readonly recipe: Recipe
  /** The least part of a picture's area that a crop has; absent: the recipe's. */
  readonly leastCrop?: number
  /** Of SimCLR's recipe: the colour jitter's strength, and the probability of a blur. */
  readonly strength: number
  readonly blur: number
  /** Of SimCLR's recipe: the probability of greyscale; absent: the recipe's. */
  readonly greyscale?: number
}
