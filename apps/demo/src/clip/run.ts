import { compose, linearColorJitter, randomAffine } from '@chiaro/augment'
import type { RandomKey } from '@chiaro/core'
import { batches, batchPosition, toImageTensor } from '@chiaro/data'
import { clipLoss } from '@chiaro/objectives'
import { foldIn, key as keyOf, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Atlas } from './atlas.ts'
import type { RunConfig } from './config.ts'
import { createModel, disposeModel, type Model, tokensOf } from './model.ts'
import type { Settings } from './settings.ts'

export interface Run {
  readonly settings: Settings
  readonly config: RunConfig
  readonly atlas: Atlas
  readonly model: Model
  readonly key: RandomKey
  /** The captions of emoji, by their places. */
  readonly tokens: (emoji?: Int32Array) => tf.Tensor
}

/** Everything a run needs before its first step. */
export async function prepareRun(settings: Settings, config: RunConfig, atlas: Atlas): Promise<Run> {
  const key = keyOf(settings.seed)
  // Refuses a batch that is larger than the emoji are many.
  batchPosition(atlas.seen.length, 0, settings)
  const known = Array.from(atlas.seen, emoji => atlas.captions[emoji])
  const model = createModel(config, foldIn(key, 0), known)
  return { settings, config, atlas, key, model, tokens: await tokensOf(model, atlas.captions) }
}

export const disposeRun = ({ model }: Run): void => disposeModel(model)

/** Pictures and captions of the same emoji, row by row. */
export interface Batch {
  readonly images: tf.Tensor4D
  readonly texts: tf.Tensor
}

/** As the command's `--augment light`. */
const light = compose(
  randomAffine({ degrees: 12, zoom: 0.18, stretch: 0.16, translate: 0.08, fill: 1 }),
  linearColorJitter({ brightness: 0.15, contrast: 0.2, saturation: 0.35, hue: 0.12 }),
)

/** The batches from a step on, pure in the run's key: each emoji once, drawn by either of the vendors trained on. */
export function* batchesFrom({ atlas, config, key, tokens }: Run, firstStep: number): Generator<Batch> {
  const { batchSize, augment } = config.training
  const { seen, drawings, emoji: all } = atlas
  const ofOrder = foldIn(foldIn(key, 1), 0)
  const position = batchPosition(seen.length, firstStep - 1, { batchSize })
  let step = firstStep
  for (const { indices } of batches(seen.length, { batchSize, key: ofOrder, position })) {
    const ofStep = foldIn(foldIn(foldIn(key, 1), 1), step++)
    const emoji = indices.map(row => seen[row])
    const draws = uniformValues(foldIn(ofStep, 0), emoji.length)
    const pictures = emoji.map((one, i) => (draws[i] < 0.5 ? one : all.length + one))
    const images = tf.tidy(() => {
      const drawn = toImageTensor(drawings, pictures)
      return augment === 'light' ? light(foldIn(ofStep, 1), drawn) : drawn
    })
    yield { images, texts: tokens(emoji) }
  }
}

/** CLIP's loss in nats (Radford et al. 2021): log N where nothing is told apart. */
export function lossOf({ model, config }: Run, { images, texts }: Batch, key: RandomKey): tf.Scalar {
  const image = model.image.embed(images, { training: true, key: foldIn(key, 0) })
  const text = model.text.embed(texts, { training: true, key: foldIn(key, 1) })
  const { learned, initial } = config.logitScale
  return clipLoss(image, text, { logitScale: learned ? model.scale.scale() : initial })
}
