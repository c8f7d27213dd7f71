import type { BatchPart, NoiseDistribution, RandomKey } from '@chiaro/core'
import type { ColumnBlock } from '@chiaro/data'
import type { Communicator } from '@chiaro/distributed'
import type { LossResult, Metrics } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'

/** What an objective sees of a model: rows [n, width] → [n] in nats. */
export interface SeenDensity {
  energy(x: tf.Tensor): tf.Tensor1D
  /** log p − log q with the learned log Z, q the noise. */
  logRatio(x: tf.Tensor): tf.Tensor1D
  /** −energy − log q: the same before log Z. */
  logWeight(x: tf.Tensor): tf.Tensor1D
}

/**
 * A model with chains: as many rows as x has, moved by the model as it stands; constants, with what a log keeps. Of `ranks` that
 * train together all have the same x and the same result, and each moves its share.
 */
export interface WithNegatives {
  negatives(
    x: tf.Tensor2D,
    key: RandomKey,
    ranks?: Communicator,
  ): { readonly rows: tf.Tensor; readonly metrics?: Metrics }
}

/** A model in parts: the log ratios between neighbouring waymarks, from the data to the noise. */
export interface WithBridges {
  readonly bridges: readonly ((x: tf.Tensor) => tf.Tensor1D)[]
  /** Where each column lies in a row. */
  readonly blocks: readonly ColumnBlock[]
}

/** Settings that belong to some objectives only. */
export interface ObjectiveNumbers {
  /** ν, noise rows per data row. */
  readonly noiseRatio: number
  readonly bridges: number
  /** Of the disturbance, in deviations of the data. */
  readonly sigma: number
  /** Directions a row. */
  readonly projections: number
  /** k of contrastive divergence. */
  readonly chainSteps: number
  /** Where the adaptation of the chains' steps begins, in deviations of the data. */
  readonly stepSize: number
  /** Chains that live on between steps. */
  readonly chains: number
}

/** The rows may be some of a batch's, of an objective that needs two derivatives. */
export interface LossContext extends BatchPart {
  readonly noise: NoiseDistribution
  /** The data's own width: what disturbances are measured in. */
  readonly scale: number
  readonly key: RandomKey
}

/** A way to learn a density: its loss, and what follows from it for a run. */
export interface Objective<
  Own extends keyof ObjectiveNumbers = never,
  Seen extends SeenDensity = SeenDensity,
> {
  /** The settings that belong to it. */
  readonly needs: readonly Own[]
  /** What stands in for those that are left out. */
  readonly defaults?: Partial<Pick<ObjectiveNumbers, Own>>
  /** Whether it learns log Z; the others see only differences or slopes of the energy. */
  readonly learnsLogPartition: boolean
  /** Whether it tells data from the fitted noise. */
  readonly usesNoise: boolean
  /** Whether it looks where neither data nor noise are, so that rows leave their categories. */
  readonly strays: boolean
  /** How many derivatives in x an energy must have everywhere, those of the loss's gradient included. */
  readonly derivatives: 0 | 1 | 2
  /** Where its chains begin, if it has some. */
  readonly chainsFrom?: 'data' | 'past'
  /** The loss of a model that tells data from nothing, in nats, where there is such a number. */
  indifferentLoss?(numbers: Pick<ObjectiveNumbers, Own>): number
  /** The loss of rows [n, width], in nats (score matching: in inverse squares of the data's unit). */
  loss(model: Seen, x: tf.Tensor2D, context: LossContext & Pick<ObjectiveNumbers, Own>): LossResult
}
