import { compose, linearColorJitter, randomAffine } from '@chiaro/augment'
import type { RandomKey, View } from '@chiaro/core'
import { batches, batchPosition, toImageTensor } from '@chiaro/data'
import { foldIn, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { ClipConfig } from './config.ts'
import { distinctBatches } from './distinct-batches.ts'
import type { HostTexts } from './model.ts'
import type { Pairs } from './pairs.ts'

/** Pictures and captions, row by row. */
export interface ClipBatch {
  readonly images: tf.Tensor4D
  readonly texts: tf.Tensor
}

/** The views of a training picture, by the name of `augment`. */
const views: Readonly<Record<ClipConfig['training']['augment'], View>> = {
  none: compose(),
  light: compose(
    randomAffine({ degrees: 12, zoom: 0.18, stretch: 0.16, translate: 0.08, fill: 1 }),
    linearColorJitter({ brightness: 0.15, contrast: 0.2, saturation: 0.35, hue: 0.12 }),
  ),
}

/** Which captions are one: [texts], as `captionKeys` gives them. */
export interface CaptionKeys {
  readonly captions: Int32Array
}

/** The batches from a step on, pure in the run's key. */
export function clipBatches(
  config: ClipConfig,
  pairs: Pairs & CaptionKeys,
  texts: HostTexts,
  key: RandomKey,
  firstStep: number,
): Generator<ClipBatch> {
  const ofBatches = foldIn(key, 1)
  return pairs.choices === undefined
    ? pairBatches(config, pairs, texts, ofBatches, firstStep)
    : choiceBatches(config, { ...pairs, choices: pairs.choices }, texts, ofBatches, firstStep)
}

/** Rows as they are paired, no picture and no caption twice in a batch. */
function* pairBatches(
  { training: { batchSize, augment } }: ClipConfig,
  { images, imageOf, textOf, weights, captions }: Pairs & CaptionKeys,
  texts: HostTexts,
  key: RandomKey,
  firstStep: number,
): Generator<ClipBatch> {
  const order = distinctBatches(
    { images: imageOf, texts: textOf.map(text => captions[text]), weights },
    batchSize,
    foldIn(key, 0),
  )
  for (let step = 1; ; step++) {
    const rows = order.next().value as Int32Array
    if (step < firstStep) continue
    const pictures = rows.map(row => imageOf[row])
    yield {
      images: tf.tidy(() => views[augment](foldIn(key, step), toImageTensor(images, pictures))),
      texts: texts.tensor(rows.map(row => textOf[row])),
    }
  }
}

/** Every row once an epoch, with one of the pictures it may show. */
function* choiceBatches(
  { training: { batchSize, augment } }: ClipConfig,
  { images, choices, textOf }: Pairs & Required<Pick<Pairs, 'choices'>>,
  texts: HostTexts,
  key: RandomKey,
  firstStep: number,
): Generator<ClipBatch> {
  const position = batchPosition(choices.length, firstStep - 1, { batchSize })
  let step = firstStep
  for (const { indices } of batches(choices.length, { batchSize, key: foldIn(key, 0), position })) {
    const ofStep = foldIn(foldIn(key, 1), step++)
    const draws = uniformValues(foldIn(ofStep, 0), indices.length)
    const pictures = indices.map((row, i) => choices[row][Math.floor(draws[i] * choices[row].length)])
    yield {
      images: tf.tidy(() => views[augment](foldIn(ofStep, 1), toImageTensor(images, pictures))),
      texts: texts.tensor(indices.map(row => textOf[row])),
    }
  }
}
