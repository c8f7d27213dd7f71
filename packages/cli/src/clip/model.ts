import type { Buffers, Encoder, Parameters, RandomKey } from '@chiaro/core'
import {
  createTokenizer,
  type HostImages,
  inverseDocumentFrequency,
  type Tokenizer,
  toImageTensor,
  tokenizeTexts,
  toTokenTensor,
  weighTexts,
} from '@chiaro/data'
import { createEncoder } from '@chiaro/encoders'
import { l2Normalize } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import { type LearnedLogitScale, learnedLogitScale } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import type { ClipConfig } from './config.ts'

/** Two towers and the scale between them. */
export interface ClipModel {
  readonly config: ClipConfig
  readonly image: Encoder
  readonly text: Encoder
  readonly scale: LearnedLogitScale
  /** Named "image/…", "text/…" and, where it is learned, "logitScale/logarithm". */
  readonly parameters: Parameters
  /** Running statistics, and each token's weight in a bag ("tokenizer/weights"). */
  readonly buffers: Buffers
  readonly tokenizer: Tokenizer
}

/** Fresh towers drawn from `key`; `captions`, where there are any, say how much each token of a bag weighs. */
export function createClip(config: ClipConfig, key: RandomKey, captions?: readonly string[]): ClipModel {
  const image = createEncoder(config.image, foldIn(key, 0))
  const text = createEncoder(config.text, foldIn(key, 1))
  const scale = learnedLogitScale(config.logitScale)
  const tokenizer = createTokenizer(config.tokenizer)
  const weights =
    config.text.kind === 'pooledText'
      ? tf.tidy(() =>
          tf.variable(
            captions === undefined
              ? tf.zeros([tokenizer.vocabularySize])
              : tf.tensor1d(inverseDocumentFrequency(tokenizer, captions, { minimumTexts: 1 })),
            false,
          ),
        )
      : undefined
  return {
    config,
    image,
    text,
    scale,
    tokenizer,
    parameters: {
      ...prefixed('image', image.parameters),
      ...prefixed('text', text.parameters),
      ...(config.logitScale.learned ? scale.parameters : {}),
    },
    buffers: {
      ...prefixed('image', image.buffers),
      ...prefixed('text', text.buffers),
      ...(weights === undefined ? {} : { 'tokenizer/weights': weights }),
    },
  }
}

export function disposeClip({ image, text, scale, buffers }: ClipModel): void {
  tf.dispose([image.parameters, text.parameters, scale.parameters, buffers] as tf.TensorContainer)
}

/** Texts as the text tower takes them, row by row on the host. */
export interface HostTexts {
  /** The rows of `indices`, for all when absent; the caller disposes it. */
  tensor(indices?: ArrayLike<number>): tf.Tensor
}

/** Tokenizes once what training looks at again and again. */
export async function prepareTexts(model: ClipModel, texts: readonly string[]): Promise<HostTexts> {
  const { tokenizer, config, buffers } = model
  const weights = buffers['tokenizer/weights']
  const tokens =
    weights === undefined
      ? tokenizeTexts(tokenizer, texts, { length: config.textLength })
      : weighTexts(tokenizer, texts, { idWeights: await weights.data(), length: config.textLength })
  return { tensor: indices => toTokenTensor(tokens, indices) }
}

/** Pictures and texts embedded at a time. */
const chunk = 256

/** Unit embeddings of pictures, [count, dimension]. */
export function embedImages(
  { image }: ClipModel,
  images: HostImages,
  onProgress?: (done: number, total: number) => void,
): tf.Tensor2D {
  return embedChunks(images.shape[0], onProgress, rows => image.embed(toImageTensor(images, rows)))
}

/** Unit embeddings of texts, [count, dimension]. */
export async function embedTexts(model: ClipModel, texts: readonly string[]): Promise<tf.Tensor2D> {
  const prepared = await prepareTexts(model, texts)
  return embedChunks(texts.length, undefined, rows => model.text.embed(prepared.tensor(rows)))
}

function embedChunks(
  count: number,
  onProgress: ((done: number, total: number) => void) | undefined,
  embed: (rows: Int32Array) => tf.Tensor2D,
): tf.Tensor2D {
  return tf.tidy(() => {
    const parts: tf.Tensor2D[] = []
    for (let from = 0; from < count; from += chunk) {
      const size = Math.min(chunk, count - from)
      const rows = Int32Array.from({ length: size }, (_, i) => from + i)
      parts.push(tf.tidy(() => l2Normalize(embed(rows)) as tf.Tensor2D))
      onProgress?.(from + size, count)
    }
    return tf.concat2d(parts, 0)
  })
}

function prefixed(prefix: string, variables: Parameters): Record<string, tf.Variable> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [`${prefix}/${name}`, value]))
}
