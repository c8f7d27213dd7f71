import { colorJitter, compose, mocoV2Views, randomResizedCrop, simclrViews } from '@chiaro/augment'
import type { RandomKey, View } from '@chiaro/core'
import { batches, batchPosition, prefetch, toImageTensor } from '@chiaro/data'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { PictureRows, Pictures } from '../pictures/pictures.ts'
import type { ViewBatch } from '../representation/model.ts'
import type { SimclrConfig } from './config.ts'

/** What a step learns from: views [n, height, width, channels] of the same pictures. */
export type SimclrBatch = ViewBatch<tf.Tensor4D>

/** The view of a run's augmentation. */
export function simclrView({ training, shape: [height, width] }: SimclrConfig): View {
  const { augmentation, leastCrop, strength, blur, greyscale } = training.views
  const size = [height, width] as const
  const scale = leastCrop === undefined ? undefined : ([leastCrop, 1] as const)
  switch (augmentation) {
    case 'simclr':
      return simclrViews({ size, scale, strength, blur, greyscale })
    case 'moco-v2':
      return mocoV2Views({ size, scale })
    case 'grey': {
      // What is left of SimCLR's recipe for one channel, the jitter as strong as there.
      const jitter = { brightness: 0.8 * strength, contrast: 0.8 * strength, probability: 0.8 }
      return compose(randomResizedCrop({ size, scale, subpixel: true, flip: 0.5 }), colorJitter(jitter))
    }
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
  const position = batchPosition(count, firstStep - 1, { batchSize })
  const order = batches(count, { batchSize, key: foldIn(foldIn(key, 1), 0), position })
  for (const { indices } of order) yield indices
}

/** The views of a step's pictures: pure in the run's key and the step. */
export function simclrViewsAt(
  config: SimclrConfig,
  key: RandomKey,
  step: number,
  { images, rows }: PictureRows,
): SimclrBatch {
  const view = simclrView(config)
  const ofStep = foldIn(foldIn(foldIn(key, 1), 1), step)
  const others = (config.training.views.count ?? 2) - 2
  return tf.tidy(() => {
    const batch = toImageTensor(images, rows)
    const first = view(foldIn(ofStep, 0), batch)
    const second = view(foldIn(ofStep, 1), batch)
    if (others === 0) return { first, second }
    const more = Array.from({ length: others }, (_, i) => view(foldIn(ofStep, 2 + i), batch))
    return { first, second, more }
  })
}

/** The views of each batch, from a step on. */
export async function* simclrBatches(
  live: () => SimclrConfig,
  pictures: Pictures,
  key: RandomKey,
  firstStep: number,
): AsyncGenerator<SimclrBatch> {
  const order = simclrOrder(live(), pictures.count, key, firstStep)
  const { classes } = pictures
  let step = firstStep
  // Reading and decoding go on while a step is computed.
  for await (const { chosen, read } of prefetch(readAll(pictures, order))) {
    const views = simclrViewsAt(live(), key, step++, read)
    yield classes === undefined ? views : { ...views, classes: chosen.map(row => classes[row]) }
  }
}

async function* readAll(pictures: Pictures, order: Iterable<Int32Array>) {
  for (const chosen of order) yield { chosen, read: await pictures.read(chosen) }
}
