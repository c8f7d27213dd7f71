import { conflictError, disposeModel, type Encoder } from '@chiaro/core'
import { type BytePairFiles, bytePairTokenizer, huggingFaceTokenizer } from '@chiaro/data'
import { type ClipSpecs, type ClipWeights, clipSpecs, clipTowers, type HostWeight } from '@chiaro/encoders'
import { digest } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import type { ClipConfig } from './config.ts'
import type { ClipSettings } from './settings.ts'

/** A CLIP checkpoint of Hugging Face or open_clip: what its files hold. */
export interface PretrainedClip {
  /** By their names there, as `decodeSafetensors` of `train` reads them. */
  readonly weights: Readonly<Record<string, HostWeight>>
  /** The parsed `config.json`, or `open_clip_config.json`. */
  readonly config?: unknown
  /** By channel, of pixels in 0…1; what `preprocessor_config.json` says. Default: as the config, else as CLIP's. */
  readonly pixels?: { readonly mean: readonly number[]; readonly deviation: readonly number[] }
  /** The text of `tokenizer.json`, or those of `merges.txt` and `vocab.json`; for a text tower. */
  readonly tokenizer?: string | BytePairFiles
}

/** What of a config comes from a checkpoint. */
interface PretrainedParts {
  readonly image?: ClipConfig['image']
  readonly text?: Pick<ClipConfig, 'tokenizer' | 'text' | 'textLength'>
  readonly embedding: number
  /** Where both towers are its own. */
  readonly logitScale?: number
  /** Tells the weights from others. */
  readonly digest: string
}

/**
 * The towers that a checkpoint gives, where settings ask for one.
 *
 * @throws ChiaroError ('argument-conflict') where it is missing or nothing asks for it, and for settings that it does not fit
 */
export function pretrainedParts(
  settings: ClipSettings,
  imageSize: number,
  pretrained: PretrainedClip | undefined,
): PretrainedParts | undefined {
  const { imageTower, textTower, embedding } = settings
  const asking = (['imageTower', 'textTower'] as const).find(tower => settings[tower] === 'clip')
  if (pretrained === undefined) {
    if (asking === undefined) return undefined
    throw conflictError('clip', asking, `${asking} clip needs a checkpoint (pretrained), got none`)
  }
  if (asking === undefined) {
    const got = `${imageTower} and ${textTower}`
    throw conflictError('clip', 'pretrained', `a checkpoint needs imageTower or textTower clip, got ${got}`)
  }
  const { weights, config, pixels } = pretrained
  const { image, text } = clipSpecs(weights, { config, ...pixels })
  const own = image.embeddingDimension
  if (embedding !== undefined && embedding !== own) {
    throw conflictError('clip', 'embedding', `embedding must be the checkpoint’s ${own}, got ${embedding}`)
  }
  if (imageTower === 'clip') checkPictures(image, imageSize)
  return {
    embedding: own,
    digest: digestOf(weights),
    ...(imageTower === 'clip' && { image }),
    ...(textTower === 'clip' && { text: textParts(settings, text, pretrained) }),
    ...(imageTower === textTower && { logitScale: Math.exp(Number(weights.logit_scale.values[0])) }),
  }
}

function checkPictures({ imageSize: size, channels }: ClipSpecs['image'], imageSize: number): void {
  if (size === imageSize && channels === 3) return
  const expected = `${size} × ${size} × ${channels}, as the checkpoint’s image tower has them`
  const got = `${imageSize} × ${imageSize} × 3`
  throw conflictError('clip', 'imageTower', `pictures for imageTower clip must be ${expected}, got ${got}`)
}

function textParts(
  { textLength }: ClipSettings,
  text: ClipSpecs['text'],
  { tokenizer: files }: PretrainedClip,
): NonNullable<PretrainedParts['text']> {
  const { contextLength: most, vocabularySize } = text
  const length = textLength ?? most
  if (length < 3 || length > most) {
    const message = `textLength must be from 3 to the checkpoint’s ${most}, got ${length}`
    throw conflictError('clip', 'textLength', message)
  }
  if (files === undefined) {
    throw conflictError('clip', 'textTower', 'textTower clip needs the checkpoint’s tokenizer, got none')
  }
  const options = { contextLength: length }
  const tokenizer =
    typeof files === 'string' ? huggingFaceTokenizer(files, options) : bytePairTokenizer(files, options)
  if (tokenizer.vocabularySize > vocabularySize) {
    const got = `${tokenizer.vocabularySize} of the tokenizer`
    throw conflictError('clip', 'textTower', `the checkpoint has ${vocabularySize} tokens, got ${got}`)
  }
  return { tokenizer: tokenizer.spec, text, textLength: length }
}

/**
 * The towers of a config with the values of its checkpoint.
 *
 * @throws ChiaroError ('argument-conflict') where the checkpoint is not that of the config
 */
export function pretrainedTowers(
  { image, text, pretrained: expected }: ClipConfig,
  { weights, config, pixels }: PretrainedClip,
): { readonly image?: Encoder; readonly text?: Encoder } {
  if (expected === undefined) return {}
  if (digestOf(weights) !== expected) {
    throw conflictError(
      'clip',
      'pretrained',
      'the checkpoint must be the one that the run began with, got another',
    )
  }
  const { imageEncoder, textEncoder, logitScale } = clipTowers(weights as ClipWeights, { config, ...pixels })
  const keepsImage = image.kind === 'clipImage'
  const keepsText = text.kind === 'clipText'
  tf.dispose(logitScale)
  if (!keepsImage) disposeModel(imageEncoder)
  if (!keepsText) disposeModel(textEncoder)
  return { ...(keepsImage && { image: imageEncoder }), ...(keepsText && { text: textEncoder }) }
}

function digestOf(weights: PretrainedClip['weights']): string {
  const parts = Object.entries(weights).flatMap(([name, { values }]) => {
    const numbers = Float32Array.from(values)
    return [name, new Uint8Array(numbers.buffer)]
  })
  return digest(parts)
}
