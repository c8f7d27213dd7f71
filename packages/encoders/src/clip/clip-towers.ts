import {
  type Buffers,
  checkInteger,
  checkLength,
  checkNumber,
  checkOneOf,
  disposeModel,
  type Encoder,
  newVariables,
  type Parameters,
  rangeError,
  typeError,
  type Variables,
} from '@chiaro/core'
import { key } from '@chiaro/random'
import type * as tf from '@tensorflow/tfjs-core'
import type { ClipForm } from './clip-form.ts'
import { type ClipImageEncoderOptions, type ClipImageSizes, clipImageEncoder } from './clip-image-encoder.ts'
import { type ClipLayout, layoutOf, type Tower } from './clip-layout.ts'
import { type ClipActivation, settingsOf, type TowerSettings } from './clip-settings.ts'
import { imageSizes, textSizes } from './clip-sizes.ts'
import { type ClipTextEncoderOptions, type ClipTextSizes, clipTextEncoder } from './clip-text-encoder.ts'
import { type ClipWeights, weightOf } from './clip-weights.ts'
import { checkAllUsed, loadedParameters } from './loaded-parameters.ts'

const where = 'clipTowers'

export interface ClipTowersOptions {
  /**
   * The checkpoint's parsed `config.json` (Hugging Face), or `open_clip_config.json` or model configuration
   * (open_clip). What the options say goes before it.
   */
  readonly config?: unknown
  /** Default: found by the names. */
  readonly layout?: ClipLayout
  /**
   * 'quick-gelu', x·σ(1.702·x), for the weights of OpenAI and those trained like them; 'gelu' for most others. Needed
   * unless `config` is given: nothing in the weights tells, and the wrong one only makes embeddings worse.
   */
  readonly activation?: ClipActivation
  /** Attention heads. Default: the width over 64, as in every CLIP. */
  readonly imageHeads?: number
  readonly textHeads?: number
  /** The id at which a text is read. Default: the largest of its row, which is the end's in CLIP's vocabulary. */
  readonly endId?: number
  /** By channel, of pixels in 0…1. Defaults: those of CLIP's training pictures. */
  readonly mean?: readonly number[]
  readonly deviation?: readonly number[]
}

/** Both towers of a CLIP model, and its learned temperature. */
export interface ClipTowers {
  readonly imageEncoder: Encoder
  readonly textEncoder: Encoder
  /** log(1/temperature): the logits are exp(logitScale)·cos. */
  readonly logitScale: tf.Variable & tf.Scalar
  /** All that is trained: "image/…", "text/…", "logitScale". */
  readonly parameters: Parameters
  readonly buffers: Buffers
  readonly layout: ClipLayout
  /** What was found out. */
  readonly sizes: { readonly image: ClipImageSizes; readonly text: ClipTextSizes }
}

/** Both towers as plain JSON, for `createEncoder`: found out from the weights, without making any variable. */
export interface ClipSpecs {
  readonly image: { readonly kind: 'clipImage' } & ClipImageEncoderOptions
  readonly text: { readonly kind: 'clipText' } & ClipTextEncoderOptions
  readonly layout: ClipLayout
}

/**
 * What the towers of a checkpoint are.
 *
 * @throws what `clipTowers` throws for weights and settings that are none
 *
 * @example
 * ```ts
 * import { type ClipWeights, clipSpecs, createEncoder } from '@chiaro/encoders'
 * import { key } from '@chiaro/random'
 *
 * // An image tower of a checkpoint's form, drawn anew: to train from nothing.
 * function untrained(weights: ClipWeights, config: unknown) {
 *   const { image } = clipSpecs(weights, { config }) // plain JSON, without a variable made
 *   return createEncoder(image, key(1))
 * }
 * console.log(untrained.length)
 * ```
 */
export function clipSpecs(weights: ClipWeights, options: ClipTowersOptions = {}): ClipSpecs {
  const settings = settingsOf(options.config)
  const { layout = layoutOf(weights), endId = settings.endId } = options
  const image = imageSizes(weights, layout, options.imageHeads ?? settings.image.heads)
  const text = textSizes(weights, layout, options.textHeads ?? settings.text.heads)
  if (image.embeddingDimension !== text.embeddingDimension) {
    const got = `${image.embeddingDimension} and ${text.embeddingDimension}`
    throw rangeError(where, 'weights', 'of towers with one embedding dimension', got)
  }
  if (endId !== undefined) checkInteger(where, { endId }, { least: 0, below: text.vocabularySize })
  const channels = (name: 'mean' | 'deviation', usual: readonly number[]) =>
    channelsOf(name, image.channels, options[name] ?? settings[name] ?? usual)
  const pixels = { mean: channels('mean', clipMean), deviation: channels('deviation', clipDeviation) }
  const [imageForm, textForm] = (['image', 'text'] as const).map(tower => formIn(options, settings[tower]))
  return {
    image: { kind: 'clipImage', ...image, ...imageForm, ...pixels },
    text: { kind: 'clipText', ...text, ...textForm, ...(endId !== undefined && { endId }) },
    layout,
  }
}

/**
 * The towers of a CLIP checkpoint (Radford et al. 2021) with a vision transformer, in the layout of Hugging Face's
 * CLIPModel or open_clip's CLIP. Sizes are read off the weights' shapes. The parameters are trainable variables with
 * copies of the weights; `disposeModel(towers)` frees them. Memory while loading: one weight more than the model.
 *
 * @throws TypeError that names a weight that is missing, of another shape or left over (the model would be another
 * one), or an activation that is not given; RangeError for sizes and settings that do not fit
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { clipTowers } from '@chiaro/encoders'
 * import { decodeSafetensors } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // Embeddings of pictures in 0…1, from a folder with Hugging Face's files.
 * async function embed(folder: string, pictures: tf.Tensor4D): Promise<tf.Tensor2D> {
 *   const { tensors } = decodeSafetensors(await readFile(`${folder}/model.safetensors`))
 *   const config = JSON.parse(await readFile(`${folder}/config.json`, 'utf8')) // which GELU, how many heads
 *   const { imageEncoder, sizes } = clipTowers(tensors, { config })
 *   const { imageSize } = sizes.image // found by the weights
 *   return imageEncoder.embed(tf.image.resizeBilinear(pictures, [imageSize, imageSize]))
 * }
 * const [folder] = process.argv.slice(2)
 * if (folder !== undefined) (await embed(folder, tf.zeros([1, 64, 64, 3]))).print()
 * ```
 */
export function clipTowers(weights: ClipWeights, options: ClipTowersOptions = {}): ClipTowers {
  const { image, text, layout } = clipSpecs(weights, options)
  const [imageVariables, textVariables, others] = [newVariables(), newVariables(), newVariables()]
  const used = new Set(['logit_scale'])
  const loaded = (tower: Tower, variables: Variables) =>
    loadedParameters(weights, layout, tower, image.patchSize, variables, used)
  // Nothing is drawn with this key.
  const unused = key(0)
  try {
    const imageEncoder = clipImageEncoder(image, imageVariables, loaded('image', imageVariables), unused)
    const textEncoder = clipTextEncoder(text, textVariables, loaded('text', textVariables), unused)
    const logitScale = others.parameter('logitScale', weightOf(weights, 'logit_scale', []) as tf.Scalar)
    checkAllUsed(weights, used)
    const named = (tower: Tower, { parameters }: Encoder) =>
      Object.entries(parameters).map(([name, variable]) => [`${tower}/${name}`, variable])
    const parameters = Object.fromEntries([...named('image', imageEncoder), ...named('text', textEncoder)])
    return {
      imageEncoder,
      textEncoder,
      logitScale,
      parameters: { ...parameters, logitScale },
      buffers: {},
      layout,
      sizes: { image, text },
    }
  } catch (error) {
    for (const variables of [imageVariables, textVariables, others]) disposeModel(variables)
    throw error
  }
}

const clipMean = [0.48145466, 0.4578275, 0.40821073]
const clipDeviation = [0.26862954, 0.26130258, 0.27577711]

function formIn(
  { activation: asked }: ClipTowersOptions,
  { activation: said, epsilon = 1e-5 }: TowerSettings,
): ClipForm {
  const activation = asked ?? said
  if (activation !== undefined) {
    checkOneOf(where, { activation }, ['gelu', 'quick-gelu'])
    return { activation, epsilon }
  }
  throw typeError(where, 'activation', "'gelu' or 'quick-gelu', or config given", 'neither')
}

function channelsOf(name: string, channels: number, values: readonly number[]): readonly number[] {
  checkLength(where, { [name]: values }, { exactly: channels, each: 'channel' })
  checkNumber(where, { [name]: values }, name === 'mean' ? {} : { above: 0 })
  return values
}
