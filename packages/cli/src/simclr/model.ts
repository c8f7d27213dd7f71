import type { Buffers, Encoder, Parameters, RandomKey } from '@chiaro/core'
import { toImageTensor } from '@chiaro/data'
import { createEncoder, projectionHead, withHead } from '@chiaro/encoders'
import { foldIn } from '@chiaro/random'
import { type MomentumContrast, momentumContrast } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import type { Pictures } from '../pictures/open-pictures.ts'
import type { SimclrConfig } from './config.ts'

/** An encoder with the head it is trained through. */
export interface SimclrModel {
  readonly config: SimclrConfig
  readonly encoder: Encoder
  /** Encoder and head, "encoder/…" and "head/…". */
  readonly whole: Encoder
  readonly parameters: Parameters
  /** Running statistics, and with MoCo the second encoder and the queue. */
  readonly buffers: Buffers
  readonly moco?: MomentumContrast
}

/** A fresh model drawn from `key`. */
export function createSimclr(config: SimclrConfig, key: RandomKey): SimclrModel {
  const { encoder, whole } = withHeadOf(config, key)
  const { objective, queue, momentum } = config.training
  const parts = { config, encoder, whole, parameters: whole.parameters }
  if (objective !== 'moco') return { ...parts, buffers: whole.buffers }
  const moco = momentumContrast(whole, withHeadOf(config, key).whole, {
    dimension: config.head.output,
    queue,
    momentum,
    key: foldIn(key, 2),
  })
  return { ...parts, buffers: { ...whole.buffers, ...moco.buffers }, moco }
}

function withHeadOf({ encoder: spec, head }: SimclrConfig, key: RandomKey) {
  const encoder = createEncoder(spec, foldIn(key, 0))
  const { hidden, output, layers } = head
  const projection = projectionHead(
    {
      inputDimension: outputDimension(encoder, spec),
      hiddenDimension: hidden,
      outputDimension: output,
      layers,
    },
    foldIn(key, 1),
  )
  return { encoder, whole: withHead(encoder, projection) }
}

/** What the encoder makes of one black picture tells the length of its embeddings. */
function outputDimension(encoder: Encoder, spec: SimclrConfig['encoder']): number {
  if (!('inputShape' in spec)) throw new TypeError(`simclr: encoder must look at pictures, got ${spec.kind}`)
  return tf.tidy(() => encoder.embed(tf.zeros([1, ...spec.inputShape])).shape[1])
}

export function disposeSimclr({ parameters, buffers }: SimclrModel): void {
  tf.dispose([parameters, buffers] as tf.TensorContainer)
}

/** Pictures embedded at a time. */
export const chunk = 256

/** Vectors on the host, one a picture. */
export interface Features {
  /** [count, dimension] */
  readonly vectors: Float32Array
  readonly dimension: number
}

/** The encoder's output for every picture, without the head, as it is: not of unit length. */
export async function embedPictures(
  encoder: Pick<Encoder, 'embed'>,
  pictures: Pictures,
  onProgress?: (done: number) => void,
): Promise<Features> {
  let vectors = new Float32Array(0)
  let [dimension, done] = [0, 0]
  for await (const block of embedBlocks(encoder, pictures)) {
    if (done === 0) {
      dimension = block.vectors.length / block.names.length
      vectors = new Float32Array(pictures.count * dimension)
    }
    vectors.set(block.vectors, done * dimension)
    done += block.names.length
    onProgress?.(done)
  }
  return { vectors, dimension }
}

/** The same, some pictures at a time. */
export async function* embedBlocks(
  encoder: Pick<Encoder, 'embed'>,
  { count, names, read }: Pictures,
): AsyncGenerator<{ readonly vectors: Float32Array; readonly names: readonly string[] }> {
  for (let from = 0; from < count; from += chunk) {
    const size = Math.min(chunk, count - from)
    const { images, rows } = await read(Int32Array.from({ length: size }, (_, i) => from + i))
    const embedded = tf.tidy(() => encoder.embed(toImageTensor(images, rows)))
    const vectors = await embedded.data<'float32'>()
    embedded.dispose()
    yield { vectors, names: names.slice(from, from + size) }
  }
}
