import type { View } from '@chiaro/core'
import { foldIn, key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { clipViews, mocoV2Views, randAugmentViews, simclrViews } from './recipes.ts'

const pictures = (channels: number, count = 6, side = 24) =>
  tf.tensor4d(uniformValues(1, count * side * side * channels, 0, 1), [count, side, side, channels])
const recipes: readonly [string, (size: number) => View][] = [
  ['simclrViews', size => simclrViews({ size })],
  ['mocoV2Views', size => mocoV2Views({ size })],
  ['clipViews', size => clipViews({ size })],
  ['randAugmentViews', size => randAugmentViews({ size })],
]

describeBackends('recipes', () => {
  for (const [name, recipe] of recipes) {
    it(`${name} makes views of any size in 0…1, other ones for another key, and leaks nothing`, () => {
      for (const channels of [1, 3]) {
        const x = pictures(channels)
        const view = recipe(20)
        const [a, again, b] = [0, 0, 1].map(i => view(foldIn(key(3), i), x))
        expect(a.shape).toEqual([6, 20, 20, channels])
        expect(a.dataSync()).toEqual(again.dataSync())
        expect(a.dataSync()).not.toEqual(b.dataSync())
        for (const value of a.dataSync()) expect(value >= 0 && value <= 1).toBe(true)
        expectNoLeak(() => view(key(4), x))
      }
    })

    it(`${name} gives each picture parameters of its own`, () => {
      const x = tf.concat([pictures(3, 1), pictures(3, 1), pictures(3, 1)], 0) as tf.Tensor4D
      const [a, b, c] = tf.unstack(recipe(24)(key(2), x)).map(one => Array.from(one.dataSync()))
      expect(a).not.toEqual(b)
      expect(b).not.toEqual(c)
    })
  }

  it('simclrViews is a crop alone at strength 0 without blur and colour', () => {
    // One channel, no jitter and no blur leave a crop; the whole picture of one shape leaves the mirror image.
    const x = pictures(1, 40)
    const view = simclrViews({ size: 24, strength: 0, blur: 0, scale: [1, 1] })
    const mirrored = tf.reverse(x, 2).dataSync()
    const [before, after] = [x.dataSync(), view(key(1), x).dataSync()]
    let whole = 0
    for (let i = 0; i < 40; i++) {
      const of = (values: ArrayLike<number>) => Array.from(values).slice(i * 576, (i + 1) * 576)
      const distance = (a: number[], b: number[]) => Math.max(...a.map((v, at) => Math.abs(v - b[at])))
      const [now, then, turned] = [of(after), of(before), of(mirrored)]
      if (Math.min(distance(now, then), distance(now, turned)) < 1e-6) whole += 1
    }
    // Shapes other than a square don't fit at scale 1: all fall back to the whole square picture.
    expect(whole).toBe(40)
  })

  it('simclrViews takes greyscale by its own probability', () => {
    const x = pictures(3, 30)
    const channels = (greyscale: number) => {
      const view = simclrViews({ size: 24, strength: 0, blur: 0, greyscale })
      return tf.unstack(view(key(1), x), 3).map(channel => channel.dataSync())
    }
    const [red, green] = channels(1)
    expect(red).toEqual(green)
    const [first, second] = channels(0)
    for (let i = 0; i < 30; i++) {
      const of = (values: ArrayLike<number>) => Array.from(values).slice(i * 576, (i + 1) * 576)
      expect(of(first)).not.toEqual(of(second))
    }
    expect(() => simclrViews({ size: 24, greyscale: 1.5 })).toThrow(
      'simclrViews: greyscale must be a number from 0 to 1',
    )
  })

  it('keeps the share of jittered, grey and blurred pictures of the paper', () => {
    const count = 400
    const x = tf.tile(pictures(3, 1, 20), [count, 1, 1, 1])
    const values = simclrViews({ size: 20, scale: [1, 1] })(key(7), x).dataSync()
    let grey = 0
    for (let i = 0; i < count; i++) {
      const one = values.subarray(i * 1200, (i + 1) * 1200)
      let span = 0
      for (let p = 0; p < 1200; p += 3) span = Math.max(span, Math.abs(one[p] - one[p + 1]))
      if (span < 1e-6) grey += 1
    }
    // Binomial(400, 0.2): standard deviation 8; a saturation near 0 makes hardly more.
    expect(Math.abs(grey - 80)).toBeLessThan(33)
  })

  it('takes height and width, and refuses sizes and strengths that are none', () => {
    expect(clipViews({ size: [10, 12] })(key(1), pictures(3)).shape).toEqual([6, 10, 12, 3])
    expect(() => simclrViews({ size: 0 })).toThrow(
      /simclrViews: size must be an integer of at least 1, got 0/,
    )
    expect(() => mocoV2Views({ size: [8, 2.5] })).toThrow(
      /size\[1\] must be an integer of at least 1, got 2\.5/,
    )
    expect(() => simclrViews({ size: 8, strength: Number.NaN })).toThrow(
      /strength must be a number from 0 to 2\.5/,
    )
    expect(() => simclrViews({ size: 8, blur: 2 })).toThrow(/blur must be a number from 0 to 1, got 2/)
    expect(() => simclrViews({ size: 8 })(key(1), tf.zeros([1, 8, 8, 2]))).toThrow(
      /channels of batch must be 1 or 3, got 2/,
    )
  })

  it('clipViews of the whole picture is the picture', () => {
    const x = pictures(3)
    expectClose(clipViews({ size: 24, scale: [1, 1] })(key(1), x), x, { absolute: 1e-6 })
  })
})
