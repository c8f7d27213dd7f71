import { foldIn, key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import fixtures from '../fixtures/resized-crop.json?raw'
import { randomCrop } from './random-crop.ts'
import { randomResizedCrop } from './random-resized-crop.ts'
import type { Interpolation } from './resampling.ts'
import { type Box, resizedCrop } from './resized-crop.ts'

interface Fixture {
  readonly shape: [number, number, number]
  readonly values: number[]
  readonly cases: readonly {
    readonly box: Box
    readonly size: [number, number]
    readonly interpolation: Interpolation
    readonly values: number[]
  }[]
}
const fixture: Fixture = JSON.parse(fixtures)
const [height, width] = fixture.shape
const pictures = (count = 1) =>
  tf.tensor4d(Array.from({ length: count }, () => fixture.values).flat(), [count, ...fixture.shape])
const whole = { top: 0, left: 0, height, width }

/** x(y, x, c) = y + 100·x, whatever the channel: where a pixel came from can be read off. */
const coordinates = (count: number, h: number, w: number, c = 1) =>
  tf.tensor4d(
    Array.from({ length: count * h * w * c }, (_, at) => {
      const pixel = Math.floor(at / c) % (h * w)
      return Math.floor(pixel / w) + 100 * (pixel % w)
    }),
    [count, h, w, c],
  )

describeBackends('resizedCrop', () => {
  it('equals PyTorch within 0.002 of 1/255, for parts that grow and that shrink', () => {
    for (const { box, size, interpolation, values } of fixture.cases) {
      const actual = resizedCrop(pictures(), [box], { size, interpolation })
      expect(actual.shape).toEqual([1, ...size, 3])
      expectClose(actual, values, { absolute: 0.002 / 255, relative: 0 })
    }
  })

  it('takes each picture its own part, mirrored where asked, of one channel too', () => {
    const boxes = [whole, { top: 2, left: 3, height: 4, width: 4 }]
    const actual = resizedCrop(coordinates(2, height, width), boxes, {
      size: [4, 4],
      mirrored: [false, true],
    }).arraySync()
    const expected = Array.from({ length: 4 }, (_, y) =>
      Array.from({ length: 4 }, (_, x) => [2 + y + 100 * (3 + 3 - x)]),
    )
    expectClose(tf.tensor(actual[1]), expected.flat(2), { absolute: 1e-4 })
  })

  it('takes parts whose sides lie between pixels: a ramp is read off at their centres', () => {
    const [box, size] = [{ top: 1.3, left: 2.6, height: 5.2, width: 4.9 }, [7, 6] as const]
    const actual = resizedCrop(coordinates(1, height, width), [box], { size, antialias: false })
    const at = (start: number, length: number, count: number, i: number, end: number) => {
      const place = start + ((i + 0.5) * length) / count - 0.5
      // Beyond the centres of the outermost pixels that the part touches, those stand alone.
      return Math.min(Math.max(place, Math.floor(start)), Math.min(end, Math.ceil(start + length)) - 1)
    }
    const expected = Array.from({ length: 7 }, (_, y) =>
      Array.from({ length: 6 }, (_, x) => at(1.3, 5.2, 7, y, height) + 100 * at(2.6, 4.9, 6, x, width)),
    )
    expectClose(actual, expected.flat(), { absolute: 1e-3 })
    const last = { top: height - 0.7, left: 0.1, height: 0.7, width: width - 0.1 }
    const ones = tf.ones([1, height, width, 1]) as tf.Tensor4D
    expectClose(resizedCrop(ones, [last], { size }), new Float32Array(42).fill(1), { absolute: 1e-6 })
  })

  it('without antialias reads between the four nearest pixels only', () => {
    const ramp = tf.tensor4d([0, 0, 0, 1, 0, 0, 0, 0], [1, 1, 8, 1])
    const at = (antialias: boolean) =>
      resizedCrop(ramp, [{ top: 0, left: 0, height: 1, width: 8 }], { size: [1, 2], antialias }).dataSync()
    // The first of two pixels has its centre at 2, between the second and the third.
    expect(Array.from(at(false))).toEqual([0, 0])
    expect(at(true)[0]).toBeGreaterThan(0.1)
  })

  it('is the picture itself at its own size, and has a gradient', () => {
    expectClose(resizedCrop(pictures(), [whole], { size: [height, width] }), fixture.values, {
      absolute: 1e-6,
    })
    const sum = (x: tf.Tensor) =>
      tf.sum(resizedCrop(x as tf.Tensor4D, [whole], { size: [4, 5] })) as tf.Scalar
    // Each result is a mean: the weights of all results add up to their number.
    expectClose(tf.sum(tf.grad(sum)(pictures())), [4 * 5 * 3], { relative: 1e-5 })
  })

  it('refuses boxes beyond the picture, of other number, and sizes of nothing', async () => {
    const x = pictures()
    const box = { ...whole, top: 1 }
    expect(() => resizedCrop(x, [box], { size: [2, 2] })).toThrow(
      /boxes\[0\] must be within a picture of 12×10, got 12×10 at \(1, 0\)/,
    )
    expect(() => resizedCrop(x, [whole, whole], { size: [2, 2] })).toThrow(
      /boxes must be of length 1, one for each picture, got length 2/,
    )
    expect(() => resizedCrop(x, [whole], { size: [0, 2] })).toThrow(
      /sizedCrop: size\[0\] must be an integer of at least 1/,
    )
    await expectNoLeak(() => resizedCrop(x, [whole], { size: [3, 3] }).dispose())
  })
})

describeBackends('randomResizedCrop', () => {
  it('draws parts of the areas and shapes that are asked for, at every place', () => {
    const [count, side] = [400, 40]
    const view = randomResizedCrop({ size: [2, 2], scale: [0.25, 0.5], ratio: [0.5, 2], antialias: false })
    const corners = view(foldIn(key(1), 2), coordinates(count, side, side)).arraySync() as number[][][][]
    let [sum, mirrored] = [0, 0]
    for (const picture of corners) {
      // The centres of two of two pixels are half the part apart.
      const across = Math.round((picture[0][1][0] - picture[0][0][0]) / 100) * 2
      const share = (count: number) => count / side
      expect(share(Math.abs(across))).toBeLessThanOrEqual(1 + 2 / side)
      sum += share(Math.abs(across))
      if (across < 0) mirrored += 1
    }
    expect(mirrored).toBe(0)
    // The width of a part is √(area·ratio): ∫∫ of it over the two uniform draws, parts that do not fit aside.
    const cells = 400
    let [total, cellsThatFit] = [0, 0]
    for (let i = 0; i < cells; i++)
      for (let j = 0; j < cells; j++) {
        const area = 0.25 + (0.25 * (i + 0.5)) / cells
        const ratio = Math.exp(Math.log(0.5) + (Math.log(4) * (j + 0.5)) / cells)
        const [w, h] = [Math.sqrt(area * ratio), Math.sqrt(area / ratio)]
        if (w > 1 || h > 1) continue
        total += w
        cellsThatFit += 1
      }
    // Widths spread by less than .15: five standard errors, and the rounding to whole pixels.
    expect(Math.abs(sum / count - total / cellsThatFit)).toBeLessThan((5 * 0.15) / Math.sqrt(count) + 0.005)
  })

  it('is pure in its key, mirrors as often as asked, and takes the middle where nothing fits', () => {
    const x = coordinates(200, 9, 9)
    const view = randomResizedCrop({ flip: 0.25 })
    const [a, b] = [view(key(3), x), view(key(3), x)].map(one => Array.from(one.dataSync()))
    expect(a).toEqual(b)
    const rows = view(key(4), x).arraySync() as number[][][][]
    const flips = rows.filter(picture => picture[4][8][0] < picture[4][0][0]).length
    // Binomial, standard deviation √(200·¼·¾) = 6.1.
    expect(Math.abs(flips - 50)).toBeLessThan(5 * 6.2)
    const tall = randomResizedCrop({ scale: [1, 1], ratio: [0.5, 0.5], size: [4, 2] })
    const middle = tall(key(5), coordinates(1, 4, 8)).arraySync() as number[][][][]
    expectClose(
      tf.tensor(middle[0]),
      [0, 1, 2, 3].flatMap(y => [300 + y, 400 + y]),
      { absolute: 1e-3 },
    )
  })

  it('draws parts between pixels, each side cut to the picture', () => {
    const [count, side] = [300, 28]
    const view = randomResizedCrop({ size: [2, 2], scale: [0.25, 0.5], antialias: false, subpixel: true })
    const corners = view(key(6), coordinates(count, side, side)).arraySync() as number[][][][]
    const widths = corners.map(picture => (2 * (picture[0][1][0] - picture[0][0][0])) / 100)
    expect(widths.filter(width => Math.abs(width - Math.round(width)) > 0.01).length).toBeGreaterThan(200)
    const heights = corners.map(picture => 2 * ((picture[1][0][0] - picture[0][0][0]) % 100))
    for (let i = 0; i < count; i++) {
      const share = (widths[i] * heights[i]) / side ** 2
      expect(share).toBeGreaterThan(0.24)
      expect(share).toBeLessThan(0.51)
    }
    const whole = randomResizedCrop({ scale: [1, 1], ratio: [2, 2], subpixel: true, size: [28, 28] })
    const wide = whole(key(7), coordinates(1, side, side)).arraySync() as number[][][][]
    // Twice as wide as high, of the picture's area: too wide, so all of its width.
    expect(wide[0][0][27][0] - wide[0][0][0][0]).toBeCloseTo(2700, 1)
    expect(wide[0][27][0][0] - wide[0][0][0][0]).toBeCloseTo((28 / Math.SQRT2) * (27 / 28), 1)
  })

  it('refuses ranges that are none', () => {
    expect(() => randomResizedCrop({ scale: [0, 1] })).toThrow(
      /scale\[0\] must be a number above 0 and at most 1, got 0/,
    )
    expect(() => randomResizedCrop({ ratio: [2, 1] })).toThrow(
      /ratio\[1\] must be a finite number of at least 2/,
    )
    expect(() => randomResizedCrop({ flip: 2 })).toThrow(/flip must be a number from 0 to 1, got 2/)
  })

  it('takes one side for a square, and names a size that is none', () => {
    const pictures = tf.ones([1, 8, 6, 1]) as tf.Tensor4D
    expect(randomResizedCrop({ size: 5 })(key(1), pictures).shape).toEqual([1, 5, 5, 1])
    expect(randomCrop({ size: 5 })(key(1), pictures).shape).toEqual([1, 5, 5, 1])
    expect(() => randomResizedCrop({ size: [3, 0] })).toThrow(
      /randomResizedCrop: size\[1\] must be an integer of at least 1, got 0/,
    )
    expect(() => randomCrop({ size: 2.5 })).toThrow(/size must be an integer of at least 1, got 2\.5/)
  })
})
