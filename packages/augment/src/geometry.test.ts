import type { View } from '@chiaro/core'
import { foldIn, key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, uniformValues, useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { colorJitter } from './color-jitter.ts'
import { compose, randomHorizontalFlip } from './compose.ts'
import { cutout } from './cutout.ts'
import { clipMoments, normalize } from './normalize.ts'
import { randomCrop } from './random-crop.ts'
import { randomResizedCrop } from './random-resized-crop.ts'
import { simclrViews } from './recipes.ts'
import { replay } from './replay.ts'
import { randomRotation, rotate } from './rotate.ts'

const pictures = (count: number, side: number, channels = 3) =>
  tf.tensor4d(uniformValues(1, count * side * side * channels, 0, 1), [count, side, side, channels])
const exactly = { absolute: 0, relative: 0 }
const noKey = undefined as unknown as ReturnType<typeof key>

describeBackends('rotate', () => {
  it('turns counter-clockwise, each picture by its own angle', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 1, 2, 3, 4], [2, 2, 2, 1])
    for (const interpolation of ['nearest', 'bilinear'] as const)
      expectClose(rotate(x, [90, 180], { interpolation }), [2, 4, 1, 3, 4, 3, 2, 1], { absolute: 1e-5 })
  })

  it('draws angles from its key; fills what comes from outside; 0 degrees draw nothing', () => {
    const x = tf.ones([8, 9, 9, 1]) as tf.Tensor4D
    const view = randomRotation({ degrees: 45, fill: 0.5 })
    const values = view(key(1), x).dataSync()
    for (const value of values) expect(value > 0.499 && value < 1.001).toBe(true)
    const one = pictures(1, 9)
    const same = tf.concat([one, one, one], 0) as tf.Tensor4D
    const turned = tf.unstack(view(key(1), same)).map(picture => picture.dataSync().join())
    expect(new Set(turned).size).toBe(3)
    expectClose(randomRotation({ degrees: 0 })(noKey, x), x, exactly)
    expectNoLeak(() => view(key(2), x))
    expectNoLeak(() => rotate(x, new Array(8).fill(20), { interpolation: 'nearest' }))
    expect(() => randomRotation({ degrees: Number.NaN })).toThrow(
      /degrees must be a finite number of at least 0/,
    )
    expect(() => rotate(x, [1])).toThrow(/degrees must be of length 8, one for each picture, got length 1/)
    expect(() => rotate(tf.ones([1, 2, 2]) as unknown as tf.Tensor4D, [1])).toThrow(TypeError)
  })
})

describeBackends('cutout', () => {
  it('erases a square whose centre is uniform and which may hang over the border', () => {
    const count = 3000
    const values = cutout({ size: 4 })(key(1), tf.ones([count, 6, 5, 1])).dataSync()
    const sizes = new Map<number, number>()
    for (let i = 0; i < count; i++) {
      const gone = values.subarray(i * 30, (i + 1) * 30).filter(value => value === 0).length
      sizes.set(gone, (sizes.get(gone) ?? 0) + 1)
    }
    // Rows c − 2…c + 1 for centre c: of 6 rows 2, 3, 4, 4, 4, 3 are gone, of 5 columns 2, 3, 4, 4, 3.
    for (const [area, places] of [
      [4, 1],
      [16, 6],
    ]) {
      const mean = (count * places) / 30
      expect(Math.abs((sizes.get(area) ?? 0) - mean)).toBeLessThan(4.5 * Math.sqrt(mean))
    }
    const x = pictures(3, 8)
    expectNoLeak(() => cutout({ size: 3 })(key(1), x))
    expect(() => cutout({ size: 0 })).toThrow(/size must be an integer of at least 1, got 0/)
    expect(() => cutout({ size: 2, fill: Number.NaN })).toThrow(/fill must be a finite number/)
  })
})

describeBackends('randomCrop and normalize', () => {
  it('shifts the padded picture by whole pixels', () => {
    const x = pictures(20, 6, 1)
    const before = x.dataSync()
    const out = randomCrop({ padding: 2, fill: 0.5 })(key(3), x)
    const values = out.dataSync()
    const shifts = new Set<string>()
    for (let i = 0; i < 20; i++) {
      const shifted = (down: number, across: number) =>
        Array.from({ length: 36 }, (_, at) => {
          const [row, column] = [Math.floor(at / 6) + down, (at % 6) + across]
          const inside = row >= 0 && row < 6 && column >= 0 && column < 6
          return inside ? before[i * 36 + row * 6 + column] : 0.5
        })
      for (const down of [-2, -1, 0, 1, 2])
        for (const across of [-2, -1, 0, 1, 2]) {
          const same = shifted(down, across).every(
            (value, at) => Math.abs(value - values[i * 36 + at]) < 1e-6,
          )
          if (same) shifts.add(`${i}: ${down} ${across}`)
        }
    }
    expect(shifts.size).toBe(20)
    expect(new Set([...shifts].map(shift => shift.split(':')[1])).size).toBeGreaterThan(8)
    expect(randomCrop({ size: [3, 8] })(key(1), x).shape).toEqual([20, 3, 8, 1])
    expect(() => randomCrop({ size: [30, 8] })(key(1), x)).toThrow(/size must be within 14×14, got 30×8/)
    expect(() => randomCrop({ padding: -1 })).toThrow(/padding must be an integer of at least 0/)
    expectNoLeak(() => randomCrop()(key(1), x))
  })

  it('normalises each channel by its own moments', () => {
    const view = normalize({ mean: [0.5, 0], standardDeviation: [0.25, 2] })
    const x = tf.tensor4d([1, 1, 0, 0.5], [1, 1, 2, 2])
    expectClose(view(noKey, x), [2, 0.5, -2, 0.25])
    expectNoLeak(() => view(noKey, x))
    expect(() => normalize(clipMoments)(noKey, x)).toThrow(/channels of batch must be 3/)
    expect(() => normalize({ mean: [0], standardDeviation: [0] })).toThrow(
      /standardDeviation\[0\] must be a finite number above 0, got 0/,
    )
    expect(() => normalize({ mean: [0, 1], standardDeviation: [1] })).toThrow(
      /standardDeviation must be of length 2, one for each mean, got length 1/,
    )
  })
})

describeBackends('replay', () => {
  it('gives masks the transforms of their pictures', () => {
    const shapes = [
      randomResizedCrop({ size: [7, 7] }),
      randomHorizontalFlip(),
      randomRotation({ degrees: 30 }),
    ]
    const grey = pictures(12, 10, 1)
    const colour = tf.concat([grey, grey, grey], 3) as tf.Tensor4D
    const ofMasks = replay(compose(...shapes), key(5))(grey)
    const ofPictures = replay(compose(...shapes), key(5))(colour)
    expectClose(tf.slice(ofPictures, [0, 0, 0, 1], [-1, -1, -1, 1]), ofMasks, { absolute: 1e-6, relative: 0 })
    // Colours after the shapes do not change what the shapes draw: at factors of nothing they are the same.
    const jittered = compose(...shapes, colorJitter({ brightness: 1e-9 }))
    expectClose(replay(jittered, key(5))(colour), ofPictures, { absolute: 1e-6, relative: 0 })
    const later = replay(compose(...shapes), key(5))
    expect(later(grey).dataSync()).toEqual(later(grey).dataSync())
  })
})

it('the same key gives the same views on cpu and wasm', async () => {
  const views: readonly View[] = [
    simclrViews({ size: 20 }),
    compose(cutout({ size: 5 }), randomCrop(), randomRotation({ degrees: 20, interpolation: 'nearest' })),
  ]
  const results: Float32Array[][] = []
  for (const backend of ['cpu', 'wasm'] as const) {
    await useTestBackend(backend)
    const x = pictures(8, 24)
    results.push(views.map((view, i) => tf.tidy(() => view(foldIn(key(6), i), x)).dataSync<'float32'>()))
    x.dispose()
  }
  for (const [i, onCpu] of results[0].entries()) {
    expectClose(results[1][i], onCpu, { absolute: 1e-5, relative: 0 })
  }
})
