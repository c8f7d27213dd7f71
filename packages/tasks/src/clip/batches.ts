import { compose, linearColorJitter, randomAffine } from '@chiaro/augment'
import type { RandomKey, View } from '@chiaro/core'
import { batches, batchPosition, prefetch, toImageTensor } from '@chiaro/data'
import type { Communicator } from '@chiaro/distributed'
import { foldIn, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { ownOf, partOf, type Share, shareOf } from '../over-ranks.ts'
import { type PictureRows, type Pictures, picturesOf } from '../pictures/pictures.ts'
import type { HostTexts } from '../texts/host-texts.ts'
import type { ClipConfig } from './config.ts'
import { type DistinctBatch, distinctBatches, type PairKeys } from './distinct-batches.ts'
import type { Pairs } from './pairs.ts'

/** Pictures and captions, row by row. */
export interface ClipBatch {
  readonly images: tf.Tensor4D
  readonly texts: tf.Tensor
  /** Which of a step's rows these are, where ranks train together. */
  readonly share?: Share
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

/** What a step takes: rows of pictures and of texts, and the key of its views. */
interface DrawnPairs {
  readonly pictures: Int32Array
  readonly texts: Int32Array
  readonly key: RandomKey
}

/** The batches from a step on, pure in the run's key; of `ranks` that train together each reads its own rows alone. */
export async function* clipBatches(
  config: ClipConfig,
  pairs: Pairs & CaptionKeys,
  texts: HostTexts,
  key: RandomKey,
  firstStep: number,
  ranks?: Communicator,
): AsyncGenerator<ClipBatch> {
  const { batchSize, augment } = config.training
  const ofBatches = foldIn(key, 1)
  const order =
    pairs.choices === undefined
      ? pairOrder(pairs, batchSize, ofBatches, firstStep)
      : choiceOrder({ ...pairs, choices: pairs.choices }, batchSize, ofBatches, firstStep)
  // Reading and decoding go on while a step is computed.
  for await (const { drawn, share, images, rows } of prefetch(
    readAll(picturesOf(pairs.images), order, ranks),
  )) {
    yield {
      images: tf.tidy(() => views[augment](drawn.key, toImageTensor(images, rows), partOf(share))),
      texts: texts.tensor(ownOf(drawn.texts, share)),
      ...(share && { share }),
    }
  }
}

async function* readAll(
  pictures: Pictures,
  order: Iterable<DrawnPairs>,
  ranks: Communicator | undefined,
): AsyncGenerator<PictureRows & { readonly drawn: DrawnPairs; readonly share?: Share }> {
  for (const drawn of order) {
    const share = shareOf(drawn.pictures.length, ranks)
    yield { drawn, share, ...(await pictures.read(ownOf(drawn.pictures, share))) }
  }
}

/** What is drawn of a pair's captions, for `distinctBatches`. */
export function pairKeys({ imageOf, textOf, captionsOf, weights, captions }: Pairs & CaptionKeys): PairKeys {
  return {
    images: imageOf,
    texts: textOf.map(text => captions[text]),
    choices: captionsOf?.map(row => Int32Array.from(row, text => captions[text])),
    weights,
  }
}

/** Rows as they are paired, no picture and no caption twice in a batch. */
function* pairOrder(
  pairs: Pairs & CaptionKeys,
  batchSize: number,
  key: RandomKey,
  firstStep: number,
): Generator<DrawnPairs> {
  const { imageOf, textOf, captionsOf } = pairs
  const order = distinctBatches(pairKeys(pairs), batchSize, foldIn(key, 0))
  for (let step = 1; ; step++) {
    const { rows, drawn } = order.next().value as DistinctBatch
    if (step < firstStep) continue
    const pictures = rows.map(row => imageOf[row])
    const texts = rows.map((row, i) => captionsOf?.[row][drawn[i]] ?? textOf[row])
    yield { pictures, texts, key: foldIn(key, step) }
  }
}

/** Every row once an epoch, with one of the pictures it may show. */
function* choiceOrder(
  { choices, textOf, captionsOf }: Pairs & Required<Pick<Pairs, 'choices'>>,
  batchSize: number,
  key: RandomKey,
  firstStep: number,
): Generator<DrawnPairs> {
  const position = batchPosition(choices.length, firstStep - 1, { batchSize })
  let step = firstStep
  for (const { indices } of batches(choices.length, { batchSize, key: foldIn(key, 0), position })) {
    const ofStep = foldIn(foldIn(key, 1), step++)
    const chosen = (stream: number, of: (row: number) => ArrayLike<number>) => {
      const draws = uniformValues(foldIn(ofStep, stream), indices.length)
      return indices.map((row, i) => of(row)[Math.floor(draws[i] * of(row).length)])
    }
    yield {
      pictures: chosen(0, row => choices[row]),
      texts: captionsOf === undefined ? indices.map(row => textOf[row]) : chosen(2, row => captionsOf[row]),
      key: foldIn(ofStep, 1),
    }
  }
}
