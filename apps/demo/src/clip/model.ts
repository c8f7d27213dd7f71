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
import type { RunConfig } from './config.ts'

/** Two towers and the scale between them, named as the command names them. */
export interface Model {
  readonly config: RunConfig
  readonly image: Encoder
  readonly text: Encoder
  readonly scale: LearnedLogitScale
  readonly tokenizer: Tokenizer
  readonly parameters: Parameters
  readonly buffers: Buffers
}

/** Fresh towers drawn from `key`; rare words of `captions` weigh more. */
export function createModel(config: RunConfig, key: RandomKey, captions: readonly string[]): Model {
  const image = createEncoder(config.image, foldIn(key, 0))
  const text = createEncoder(config.text, foldIn(key, 1))
  const scale = learnedLogitScale(config.logitScale)
  const tokenizer = createTokenizer(config.tokenizer)
  const weights =
    config.text.kind === 'pooledText' && inverseDocumentFrequency(tokenizer, captions, { minimumTexts: 1 })
  return {
    config,
    image,
    text,
    scale,
    tokenizer,
    parameters: {
      ...named('image', image.parameters),
      ...named('text', text.parameters),
      ...(config.logitScale.learned ? scale.parameters : {}),
    },
    buffers: {
      ...named('image', image.buffers),
      ...named('text', text.buffers),
      ...(weights && { 'tokenizer/weights': tf.tidy(() => tf.variable(tf.tensor1d(weights), false)) }),
    },
  }
}

const named = (tower: string, variables: Parameters): Parameters =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [`${tower}/${name}`, value]))

export function disposeModel({ parameters, buffers, scale }: Model): void {
  tf.dispose([{ ...scale.parameters, ...parameters }, buffers] as tf.TensorContainer)
}

/** Texts as the text tower takes them: rows of them, by their places. */
export async function tokensOf(
  { tokenizer, config, buffers }: Model,
  texts: readonly string[],
): Promise<(rows?: Int32Array) => tf.Tensor> {
  const weights = buffers['tokenizer/weights']
  const length = config.textLength
  const tokens =
    weights === undefined
      ? tokenizeTexts(tokenizer, texts, { length })
      : weighTexts(tokenizer, texts, { idWeights: await weights.data(), length })
  return rows => toTokenTensor(tokens, rows)
}

/** Rows embedded at a time. */
const chunk = 256

/** Unit embeddings of rows 0…count−1, [count, dimension]. */
function inChunks(count: number, embed: (rows: Int32Array) => tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const parts = Array.from({ length: Math.ceil(count / chunk) }, (_, i) =>
      tf.tidy(() => {
        const rows = Int32Array.from(
          { length: Math.min(chunk, count - i * chunk) },
          (_, row) => i * chunk + row,
        )
        return l2Normalize(embed(rows)) as tf.Tensor2D
      }),
    )
    return tf.concat2d(parts, 0)
  })
}

export const embedPictures = ({ image }: Model, pictures: HostImages): tf.Tensor2D =>
  inChunks(pictures.shape[0], rows => image.embed(toImageTensor(pictures, rows)))

export async function embedTexts(model: Model, texts: readonly string[]): Promise<tf.Tensor2D> {
  const tokens = await tokensOf(model, texts)
  return inChunks(texts.length, rows => model.text.embed(tokens(rows)))
}
