import type { Encoder, RandomKey } from '@chiaro/core'
import { allGather, type Communicator } from '@chiaro/distributed'
import { projectionHead, withHead } from '@chiaro/encoders'
import { foldIn } from '@chiaro/random'
import { type MomentumContrast, momentumContrast } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { partOf, type Share } from '../over-ranks.ts'
import type { TaskModel } from '../task.ts'
import type { Mix, Projections } from './objective.ts'
import type { ObjectiveName } from './objectives.ts'

/** An encoder with the head it is trained through. */
export interface RepresentationModel<Config = unknown> extends TaskModel<Config> {
  readonly encoder: Encoder
  /** Encoder and head, "encoder/…" and "head/…". */
  readonly whole: Encoder
  /** With MoCo the second encoder and the queue, which are buffers. */
  readonly moco?: MomentumContrast
}

export interface RepresentationConfig {
  readonly head: { readonly hidden: number; readonly output: number; readonly layers: number }
  readonly training: {
    readonly objective: ObjectiveName
    readonly queue?: number
    readonly momentum?: number
  }
}

/**
 * A fresh model drawn from `key`.
 *
 * @param encoderOf the encoder of a key
 * @param sample the shape of one sample
 * @param dtype of samples
 */
export function createRepresentation<Config extends RepresentationConfig>(
  config: Config,
  encoderOf: (key: RandomKey) => Encoder,
  sample: readonly number[],
  key: RandomKey,
  dtype: 'float32' | 'int32' = 'float32',
): RepresentationModel<Config> {
  const withHeadOf = () => {
    const encoder = encoderOf(foldIn(key, 0))
    const projection = projectionHead(
      {
        // What the encoder makes of one sample of zeros tells the length of its embeddings.
        inputDimension: tf.tidy(() => encoder.embed(tf.zeros([1, ...sample], dtype)).shape[1]),
        hiddenDimension: config.head.hidden,
        outputDimension: config.head.output,
        layers: config.head.layers,
      },
      foldIn(key, 1),
    )
    return { encoder, whole: withHead(encoder, projection) }
  }
  const { encoder, whole } = withHeadOf()
  const { objective, queue, momentum } = config.training
  const parts = { config, encoder, whole, parameters: whole.parameters }
  if (objective !== 'moco') return { ...parts, buffers: whole.buffers }
  const second = withHeadOf().whole
  const options = { dimension: config.head.output, queue, momentum, key: foldIn(key, 2) }
  const moco = momentumContrast(whole, second, options)
  return { ...parts, buffers: { ...whole.buffers, ...moco.buffers }, moco }
}

/** The views of a step's samples. */
export interface ViewBatch<T extends tf.Tensor = tf.Tensor> {
  readonly first: T
  readonly second: T
  /** The third view and those after it. */
  readonly more?: readonly T[]
  /** Smaller views, which are compared with those above alone (multi-crop). */
  readonly locals?: readonly T[]
  /** Where `first` is of samples mixed two by two. */
  readonly mix?: Mix
  /** [N], where the loss learns from classes: of the samples of all ranks. */
  readonly classes?: Int32Array
  /** Which of a step's N samples these are, where ranks train together. */
  readonly share?: Share
}

/**
 * What the head makes of the views of a step: of all of them, or with MoCo the queries and the keys. Where ranks train
 * together it is that of their own samples; batch norm is over those of all.
 */
export function projectViews(
  { whole, moco }: RepresentationModel,
  batch: ViewBatch,
  ofStep: RandomKey,
  ranks?: Communicator,
): Projections {
  const { first, second, more = [], locals, mix, classes, share } = batch
  const embedding = (views: number, stream: number) => ({
    key: foldIn(ofStep, stream),
    ...(ranks !== undefined && { sumOverRanks: ranks.sum }),
    ...partOf(share, views),
  })
  const embedded = (views: readonly tf.Tensor[], stream: number) =>
    whole.embed(tf.concat([...views], 0), { training: true, ...embedding(views.length, stream) })
  if (moco === undefined) {
    const z = embedded([first, second, ...more], 0)
    return { z, views: 2 + more.length, locals: locals && embedded(locals, 1), mix, classes }
  }
  const z = embedded([first], 0)
  const enqueued = ranks && ((keys: tf.Tensor2D) => allGather(keys, ranks) as tf.Tensor2D)
  const keys = moco.keys(second, { ...embedding(1, 1), enqueued })
  return { z, views: 1, moco: { keys, queue: moco.queue } }
}
