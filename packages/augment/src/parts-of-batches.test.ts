import { key, uniform } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import {
  cutout,
  featureMasking,
  gaussianJitter,
  gaussianNoise,
  linearColorJitter,
  mocoV2Views,
  randAugmentViews,
  randomAffine,
  randomCrop,
  randomErasing,
  randomGamma,
  randomRotation,
  randomSolarize,
  randomVerticalFlip,
  replay,
  scarfCorruption,
  simclrViews,
  wordDropout,
  wordSwap,
} from './index.ts'

const [count, side] = [5, 24]
const pictures = () => uniform(key(1), [count, side, side, 3])
const rows = () => uniform(key(2), [count, 6])

const views = {
  // Crop, mirror, jitter, greyscale and blur among them.
  simclrViews: simclrViews({ size: side }),
  mocoV2Views: mocoV2Views({ size: side }),
  randAugmentViews: randAugmentViews({ size: side }),
  cutout: cutout({ size: 6 }),
  gaussianNoise: gaussianNoise(),
  linearColorJitter: linearColorJitter({ brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.2 }),
  randomAffine: randomAffine({ degrees: 20, zoom: 0.3, translate: 0.1 }),
  randomCrop: randomCrop(),
  randomErasing: randomErasing(),
  randomGamma: randomGamma(),
  randomRotation: randomRotation({ degrees: 40 }),
  randomSolarize: randomSolarize(0.5),
  randomVerticalFlip: randomVerticalFlip(),
}

const tableViews = {
  gaussianJitter: gaussianJitter(),
  featureMasking: featureMasking({ rate: 0.5 }),
  'featureMasking of columns': featureMasking({ rate: 0.5, columns: [0, 1, 1, 2, 2, 2] }),
}

/** A view of some rows by themselves, and those rows of the view of all. */
function bothWays<T extends tf.Tensor>(view: (batch: T, part?: { rows: number[] }) => T, batch: T) {
  const places = [3, 1, 4]
  const some = (of: T) => tf.gather(of, tf.tensor1d(places, 'int32')) as T
  return [view(some(batch), { rows: places }), some(view(batch))] as const
}

describeBackends('views of a part of a batch', () => {
  it.each(Object.entries(views))('are what they are in the whole: %s', (_, view) => {
    const [part, whole] = bothWays(replay(view, key(7)), pictures())
    expectClose(part, whole.dataSync(), { absolute: 1e-6 })
  })

  it.each(Object.entries(tableViews))('are what they are in the whole: %s', (_, view) => {
    const [part, whole] = bothWays(replay(view, key(7)), rows())
    expectClose(part, whole.dataSync(), { absolute: 1e-7 })
  })

  it('are what they are in the whole: scarfCorruption', () => {
    const [part, whole] = bothWays(replay(scarfCorruption({ marginals: rows() }), key(7)), rows())
    expectClose(part, whole.dataSync())
  })

  it('need a place for each row', () => {
    const view = randomCrop()
    expect(() => view(key(1), pictures(), { rows: [0] })).toThrow(
      /rows must be of length 5, one for each row/,
    )
    expect(() => view(key(1), pictures(), { rows: [0, 1, 2, 3, -1] })).toThrow(
      /rows\[4\] must be an integer of at least 0/,
    )
  })
})

it.each([wordDropout({ probability: 0.5 }), wordSwap({ probability: 0.5 })])(
  'views of texts among others are what they are there',
  view => {
    const texts = Array.from({ length: 4 }, (_, i) => `one two three four five six ${i}`)
    const whole = view(key(3), texts)
    expect(view(key(3), [texts[3], texts[1]], { rows: [3, 1] })).toEqual([whole[3], whole[1]])
    expect(new Set(whole.map(text => text.slice(0, -1))).size).toBeGreaterThan(1)
  },
)
