import {
  colorJitter,
  compose,
  cutMix,
  mixUp,
  mocoV2Views,
  randAugmentViews,
  randomGamma,
  randomResizedCrop,
  simclrViews,
} from '@chiaro/augment'
import type { RandomKey, View } from '@chiaro/core'
import { prefetch, toImageTensor } from '@chiaro/data'
import type { Communicator } from '@chiaro/distributed'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { partOf, type Share } from '../over-ranks.ts'
import type { PictureRows, Pictures } from '../pictures/pictures.ts'
import type { ViewBatch } from '../representation/model.ts'
import { type DrawnSamples, sampleOrder } from '../representation/sample-order.ts'
import type { SimclrConfig } from './config.ts'

/** What a step learns from: views [n, height, width, channels] of the same pictures. */
export type SimclrBatch = ViewBatch<tf.Tensor4D>

/** The view of a run's augmentation. */
export function simclrView({ training: { views }, shape: [height, width] }: SimclrConfig): View {
  return viewOf(views, [height, width], views.leastCrop === undefined ? undefined : [views.leastCrop, 1])
}

/** The least share of a picture that a smaller view has, as SwAV's. */
const leastLocal = 0.05

/** The smaller view of a run, where it has some. */
function localView({ training: { views } }: SimclrConfig): View | undefined {
  const { localSize: side, localCrop = leastLocal } = views
  return side === undefined ? undefined : viewOf(views, [side, side], [leastLocal, localCrop])
}

function viewOf(
  views: SimclrConfig['training']['views'],
  size: readonly [height: number, width: number],
  scale: readonly [least: number, most: number] | undefined,
): View {
  const { augmentation, strength = 0, gamma = 0, blur, greyscale, operations, magnitude } = views
  switch (augmentation) {
    case 'simclr':
      return simclrViews({ size, scale, strength, blur, greyscale })
    case 'moco-v2':
      return mocoV2Views({ size, scale })
    case 'grey': {
      // What is left of SimCLR's recipe for one channel, the jitter as strong as there.
      const jitter = { brightness: 0.8 * strength, contrast: 0.8 * strength, probability: 0.8 }
      const crop = randomResizedCrop({ size, scale, subpixel: true, flip: 0.5 })
      return compose(crop, colorJitter(jitter), randomGamma({ range: gamma }))
    }
    case 'rand-augment':
      return randAugmentViews({ size, scale, operations, magnitude })
    case 'crop':
      return compose(randomResizedCrop({ size, scale, flip: 0.5 }))
  }
}

/** Which pictures each step takes, from a step on; `key` is the run's. */
export function* simclrOrder(
  { training: { batchSize } }: SimclrConfig,
  count: number,
  key: RandomKey,
  firstStep: number,
): Generator<Int32Array> {
  for (const { chosen } of sampleOrder(count, { batchSize, key, firstStep })) yield chosen
}

/**
 * The views of a step's pictures: pure in the run's key and the step.
 *
 * @param share where the pictures are some of the step's: they are seen as they are among all of them
 */
export function simclrViewsAt(
  config: SimclrConfig,
  key: RandomKey,
  step: number,
  { images, rows }: PictureRows,
  share?: Share,
): SimclrBatch {
  const view = simclrView(config)
  const smaller = localView(config)
  const ofStep = foldIn(foldIn(foldIn(key, 1), 1), step)
  const { count = 2, localViews = 0, mix, mixAlpha: alpha } = config.training.views
  return tf.tidy(() => {
    const batch = toImageTensor(images, rows)
    const part = partOf(share)
    const [first, second, ...more] = Array.from({ length: count }, (_, i) =>
      view(foldIn(ofStep, i), batch, part),
    )
    if (mix !== undefined) {
      const mixing = mix === 'i-mix' ? mixUp : cutMix
      const { mixed, ...how } = mixing(foldIn(ofStep, count), first, { alpha })
      return { first: mixed, second, mix: how }
    }
    return {
      first,
      second,
      ...(more.length > 0 && { more }),
      ...(smaller !== undefined && {
        locals: Array.from({ length: localViews }, (_, i) => smaller(foldIn(ofStep, count + i), batch, part)),
      }),
      ...(share !== undefined && { share }),
    }
  })
}

/** The views of each batch, from a step on; of `ranks` that train together each reads its own pictures alone. */
export async function* simclrBatches(
  live: () => SimclrConfig,
  pictures: Pictures,
  key: RandomKey,
  firstStep: number,
  ranks?: Communicator,
): AsyncGenerator<SimclrBatch> {
  const { batchSize } = live().training
  const order = sampleOrder(pictures.count, { batchSize, key, firstStep, ranks })
  const { classes } = pictures
  let step = firstStep
  // Reading and decoding go on while a step is computed.
  for await (const { chosen, share, read } of prefetch(readAll(pictures, order))) {
    const views = simclrViewsAt(live(), key, step++, read, share)
    yield classes === undefined ? views : { ...views, classes: chosen.map(row => classes[row]) }
  }
}

async function* readAll(pictures: Pictures, order: Iterable<DrawnSamples>) {
  for (const { chosen, own, share } of order) yield { chosen, share, read: await pictures.read(own) }
}
