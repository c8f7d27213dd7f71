import type { Encoder, Parameters, RandomKey } from '@chiaro/core'
import type { SpecifiedTokenizer } from '@chiaro/data'
import { createEncoder } from '@chiaro/encoders'
import { l2Normalize } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import { type LearnedLogitScale, learnedLogitScale } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import type { TaskModel } from '../task.ts'
import { embedTexts, type Reading, tokenWeights, tokenWeightsOf } from '../texts/host-texts.ts'
import { openTokenizer } from '../texts/tower.ts'
import { type Backbone, backboneEncoder } from './backbone.ts'
import type { ClipConfig } from './config.ts'
import { type PretrainedClip, pretrainedTowers } from './pretrained.ts'

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
  const tokenizer = openTokenizer(config)
  const weights = config.text.kind === 'pooledText' ? tokenWeightsOf(tokenizer, captions) : undefined
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

/**
 * Unit embeddings of pictures [n, height, width, 3] in 0…1, [n, dimension].
 *
 * @see `embedClipTexts` for an example
 */
export function embedClipImages({ image }: ClipModel, images: tf.Tensor4D): tf.Tensor2D {
  return l2Normalize(image.embed(images)) as tf.Tensor2D
}

/**
 * Unit embeddings of texts, [count, dimension]; the caller disposes them.
 *
 * @throws the signal's reason when aborted, between two blocks
 *
 * @example
 * ```ts
 * import { key } from '@chiaro/random'
 * import { clip, embedClipImages, embedClipTexts } from '@chiaro/tasks'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const images = { data: new Uint8Array(4 * 16 * 16 * 3), shape: [4, 16, 16, 3] as const }
 * const small = { widths: [8], buckets: 256, embedding: 16, batchSize: 4, steps: 2 }
 * const { model } = await clip.train({ images, texts: ['a', 'b', 'c', 'd'], key: key(1), ...small })
 * // Tensors, where `embedTexts` and `embedImages` of a trained model give arrays.
 * const texts = await embedClipTexts(model, ['a', 'b'])
 * tf.matMul(texts, embedClipImages(model, tf.zeros([1, 16, 16, 3])), false, true).print() // cosines
 * ```
 */
export function embedClipTexts(
  model: ClipModel,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<tf.Tensor2D> {
  const embed = (tokens: tf.Tensor) => l2Normalize(model.text.embed(tokens)) as tf.Tensor2D
  return embedTexts(reading(model), texts, embed, signal)
}

/** What a model's texts are read with. */
export const reading = ({ tokenizer, config, buffers }: ClipModel): Reading => ({
  tokenizer,
  length: config.textLength,
  weights: buffers[tokenWeights],
})

function prefixed(prefix: string, variables: Parameters): Record<string, tf.Variable> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [`${prefix}/${name}`, value]))
}
