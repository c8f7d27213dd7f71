import type * as tf from '@tensorflow/tfjs-core'

/**
 * An explicit source of randomness: the 64-bit key of a Philox4x32-10 stream as two uint32. Immutable; functions
 * that draw take one and never change it, so the same key always gives the same numbers.
 */
export interface RandomKey {
  readonly high: number
  readonly low: number
}

/** Trainable values by name; the names are the checkpoint's ("block1/conv/kernel"). */
export type Parameters = Readonly<Record<string, tf.Variable>>

/** Values that training changes without a gradient (running statistics), by name. */
export type Buffers = Readonly<Record<string, tf.Variable>>

/** p(x) ∝ exp(−energy(x)). The notes' f is −energy (docs/notes.md eq. 1.1); low energy means probable. */
export interface EnergyModel {
  readonly parameters: Parameters
  /** [batch, …event] → [batch], in nats. */
  energy(x: tf.Tensor): tf.Tensor1D
}

/** An energy with a learned or exact log partition: logDensity = −energy − logPartition (docs/notes.md eq. 1.2 and 1.7). */
export interface DensityModel extends EnergyModel {
  readonly logPartition: tf.Scalar
  /** [batch, …event] → [batch], in nats. */
  logDensity(x: tf.Tensor): tf.Tensor1D
}

/** A pair function r(x, y) whose softmax over y ranks candidates (docs/notes.md eq. 1.14). */
export interface Critic {
  readonly parameters: Parameters
  /** [n, …], [m, …] → [n, m]. */
  logits(x: tf.Tensor, y: tf.Tensor): tf.Tensor2D
}

/** A density one can both draw from and evaluate: the p_n of noise-contrastive estimation (docs/notes.md eq. 1.3). */
export interface NoiseDistribution {
  readonly eventShape: readonly number[]
  /** → [count, …eventShape]; the same key gives the same draw on every backend. */
  sample(key: RandomKey, count: number): tf.Tensor
  /** [batch, …eventShape] → [batch], in nats. */
  logProb(x: tf.Tensor): tf.Tensor1D
}

/**
 * Sums of arrays of one length over the ranks that train together, the same bits on each: the `sum` of a communicator. Every
 * rank calls it at the same place of its program.
 */
export type SumOverRanks = (values: Float32Array) => Float32Array

/** A batch that is a part of a larger one, as a rank's is where ranks train together. */
export interface BatchPart {
  /**
   * [n] the place that each row has in the larger batch: it gets what is drawn for it there, so that draws are the same
   * however the batch is cut. Default: the batch is whole, row i is at i.
   */
  readonly rows?: ArrayLike<number>
}

export interface EmbedOptions extends BatchPart {
  /** Use batch statistics, update running ones, apply dropout. Default false. */
  readonly training?: boolean
  /** Randomness of dropout; needed when training with dropout > 0. */
  readonly key?: RandomKey
  /** Where ranks train together, each with rows of its own: batch statistics are then those of the rows of all. */
  readonly sumOverRanks?: SumOverRanks
}

/** φ(x): a batch to embeddings, not normalised (the objectives normalise). */
export interface Encoder {
  readonly parameters: Parameters
  /** Running statistics; empty for encoders that keep none. */
  readonly buffers: Buffers
  /** [batch, …] → [batch, dimension]. */
  embed(x: tf.Tensor, options?: EmbedOptions): tf.Tensor2D
}

/**
 * A random view of a batch: pure in the key, each sample with parameters of its own. A view that happens
 * with probability 0 draws nothing from the key. Of a part of a batch it gives what those rows of the whole one's view are.
 */
export type View<T extends tf.Tensor = tf.Tensor4D> = (key: RandomKey, batch: T, part?: BatchPart) => T
