import { type Encoder, type Parameters, type RandomKey, yielding } from '@chiaro/core'
import {
  createTokenizer,
  inverseDocumentFrequency,
  type SpecifiedTokenizer,
  tokenizeTexts,
  toTokenTensor,
  weighTexts,
} from '@chiaro/data'
import { createEncoder } from '@chiaro/encoders'
import { l2Normalize } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import { type LearnedLogitScale, learnedLogitScale } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import type { TaskModel } from '../task.ts'
import { type Backbone, backboneEncoder } from './backbone.ts'
import type { ClipConfig } from './config.ts'
import { type PretrainedClip, pretrainedTowers } from './pretrained.ts'
import { paddable } from './towers.ts'

/** Two towers and the scale between them. */
export interface ClipModel extends TaskModel<ClipConfig> {
  readonly image: Encoder
  readonly text: Encoder
  /** Where the logit scale is learned. */
  readonly scale?: LearnedLogitScale
  /** Where the objective has one: it is learned. */
  readonly bias?: tf.Variable
  readonly tokenizer: SpecifiedTokenizer
}

/** What a model is made of besides its config. */
export interface ClipOrigins {
  readonly captions?: readonly string[]
  readonly pretrained?: PretrainedClip
  readonly backbone?: Backbone
}

const tokenWeights = 'tokenizer/weights'

/**
 * Fresh towers drawn from `key`. Parameters are named "image/…", "text/…" and, where it is learned,
 * "logitScale/logarithm" and "logitBias"; buffers are running statistics and each token's weight in a bag ("tokenizer/weights").
 *
 * @param data captions say how much each token of a bag weighs, without them the weights are 0 until a run's checkpoint is
 *   loaded; and so are towers drawn that a pretrained checkpoint gives
 */
export function createClip(
  config: ClipConfig,
  key: RandomKey,
  { captions, pretrained, backbone }: ClipOrigins = {},
): ClipModel {
  const begun = pretrained === undefined ? {} : pretrainedTowers(config, pretrained)
  const image =
    config.image.kind === 'backbone'
      ? backboneEncoder(config.image, backbone, foldIn(key, 0))
      : (begun.image ?? createEncoder(config.image, foldIn(key, 0)))
  const text = begun.text ?? createEncoder(config.text, foldIn(key, 1))
  const scale = config.logitScale.learned ? learnedLogitScale(config.logitScale) : undefined
  const { logitBias } = config
  const bias = logitBias === undefined ? undefined : tf.tidy(() => tf.variable(tf.scalar(logitBias)))
  const known = createTokenizer(config.tokenizer)
  const tokenizer = config.text.kind === 'transformerText' ? paddable(known) : known
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
    bias,
    tokenizer,
    parameters: {
      ...prefixed('image', image.parameters),
      ...prefixed('text', text.parameters),
      ...scale?.parameters,
      ...(bias && { logitBias: bias }),
    },
    buffers: {
      ...prefixed('image', image.buffers),
      ...prefixed('text', text.buffers),
      ...(weights && { [tokenWeights]: weights }),
    },
  }
}

/** Texts as the text tower takes them, row by row on the host. */
export interface HostTexts {
  /** The rows of `indices`, for all when absent; the caller disposes it. */
  tensor(indices?: ArrayLike<number>): tf.Tensor
}

/** Tokens that are kept: 2²² take 32 MB with their weights. */
const keptTokens = 2 ** 22

/**
 * Tokenizes once what is looked at again and again; more than `most` tokens as they are asked for, to the same bits.
 *
 * @param most default 2²²
 */
export async function prepareTexts(
  { tokenizer, config: { textLength: length }, buffers }: ClipModel,
  texts: readonly string[],
  most = keptTokens,
): Promise<HostTexts> {
  const idWeights = await buffers[tokenWeights]?.data()
  const tokensOf = (some: readonly string[]) =>
    idWeights === undefined
      ? tokenizeTexts(tokenizer, some, { length })
      : weighTexts(tokenizer, some, { idWeights, length })
  if (texts.length * length > most) {
    return {
      tensor: indices =>
        toTokenTensor(tokensOf(indices === undefined ? texts : Array.from(indices, i => texts[i]))),
    }
  }
  const tokens = tokensOf(texts)
  return { tensor: indices => toTokenTensor(tokens, indices) }
}

/** Unit embeddings of pictures [n, height, width, 3] in 0…1, [n, dimension]. */
export function embedClipImages({ image }: ClipModel, images: tf.Tensor4D): tf.Tensor2D {
  return l2Normalize(image.embed(images)) as tf.Tensor2D
}

/** Texts embedded at a time: fewer where each goes through a transformer, that a wish to stop is heard in between. */
function textBlock({ text, textLength }: ClipConfig): number {
  return text.kind === 'pooledText' ? 256 : Math.max(1, Math.floor(512 / textLength))
}

/**
 * Unit embeddings of texts, [count, dimension]; the caller disposes them.
 *
 * @throws the signal's reason when aborted, between two blocks
 */
export async function embedClipTexts(
  model: ClipModel,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<tf.Tensor2D> {
  // Each is tokenized where it is embedded.
  const prepared = await prepareTexts(model, texts, 0)
  const block = textBlock(model.config)
  const turn = yielding(signal)
  const parts: tf.Tensor2D[] = []
  try {
    for (let from = 0; from < texts.length; from += block) {
      await turn()
      const rows = Int32Array.from({ length: Math.min(block, texts.length - from) }, (_, i) => from + i)
      parts.push(tf.tidy(() => l2Normalize(model.text.embed(prepared.tensor(rows))) as tf.Tensor2D))
    }
    return tf.concat2d(parts, 0)
  } finally {
    tf.dispose(parts)
  }
}

function prefixed(prefix: string, variables: Parameters): Record<string, tf.Variable> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [`${prefix}/${name}`, value]))
}
