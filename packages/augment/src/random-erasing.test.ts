import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type RandomErasingOptions, randomErasing } from './random-erasing.ts'

const [height, width] = [12, 20]

/** The erased rectangle of each of `count` pictures of ones, and whether it is one in every channel. */
function rectangles(options: RandomErasingOptions, count: number, seed = 1) {
  const x = tf.ones([count, height, width, 2]) as tf.Tensor4D
  const y = randomErasing({ probability: 1, fill: -1, ...options })(key(seed), x).dataSync()
  return Array.from({ length: count }, (_, i) => {
    const places: [number, number][] = []
    let values = 0
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) {
        const at = ((i * height + row) * width + column) * 2
        const gone = [y[at], y[at + 1]].filter(value => value === -1).length
        values += gone
        if (gone > 0) places.push([row, column])
      }
    const [rows, columns] = [0, 1].map(axis => places.map(place => place[axis]))
    const [top, left] = [Math.min(...rows), Math.min(...columns)]
    const [tall, wide] = [Math.max(...rows) - top + 1, Math.max(...columns) - left + 1]
    return { top, left, tall, wide, whole: values === tall * wide * 2 }
  })
}

describeBackends('randomErasing', () => {
  it('paints one whole rectangle a picture, of the area and shape asked for', () => {
    for (const { tall, wide, whole } of rectangles({ area: [0.1, 0.3], aspect: [0.5, 2] }, 200)) {
      expect(whole).toBe(true)
      // Before rounding, height² = area·aspect and width² = area/aspect, 24 to 72 pixels times 0.5 to 2.
      for (const side of [tall, wide]) {
        expect(side).toBeGreaterThanOrEqual(Math.round(Math.sqrt(24 * 0.5)))
        expect(side).toBeLessThanOrEqual(Math.round(Math.sqrt(72 * 2)))
      }
      // Rounding moves each side by a half at most, the area by less than half their sum plus one.
      expect(tall * wide).toBeGreaterThan(24 - (tall + wide) / 2 - 1)
      expect(tall * wide).toBeLessThan(72 + (tall + wide) / 2 + 1)
    }
  })

  it('is a fixed square with fixed bounds, equally likely in every place', () => {
    const count = 3000
    const found = rectangles({ area: [16 / 240, 16 / 240], aspect: [1, 1] }, count)
    for (const { tall, wide, whole } of found) expect([tall, wide, whole]).toEqual([4, 4, true])
    for (const [side, places] of [
      ['top', height - 3],
      ['left', width - 3],
    ] as const) {
      const seen = new Array<number>(places).fill(0)
      for (const rectangle of found) seen[rectangle[side]] += 1
      const mean = count / places
      for (const times of seen) expect(Math.abs(times - mean)).toBeLessThan(4.5 * Math.sqrt(mean))
    }
  })

  it('is as often tall as wide', () => {
    const found = rectangles({ area: [0.1, 0.1] }, 1000)
    const tall = found.filter(rectangle => rectangle.tall > rectangle.wide).length
    const wide = found.filter(rectangle => rectangle.tall < rectangle.wide).length
    // The difference of two counts that share 1,000 pictures: standard deviation at most √1000.
    expect(Math.abs(tall - wide)).toBeLessThan(4 * Math.sqrt(1000))
  })

  it('clips what does not fit: all of the picture is gone at share 1', () => {
    const [{ top, left, tall, wide }] = rectangles(
      { area: [1, 1], aspect: [height / width, height / width] },
      1,
    )
    expect([top, left, tall, wide]).toEqual([0, 0, height, width])
    expect(rectangles({ area: [1, 1], aspect: [100, 100] }, 1)[0]).toMatchObject({ tall: height, wide: 2 })
    expect(rectangles({ area: [0, 0] }, 1)[0]).toMatchObject({ tall: 1, wide: 1 })
  })

  it('keeps every other value, spares about half by default, and is pure in its key', () => {
    const values = uniformValues(2, 400 * 16, 0.1, 1)
    const x = tf.tensor4d(values, [400, 4, 4, 1])
    const y = (seed: number) => randomErasing()(key(seed), x).dataSync()
    const first = y(1)
    let spared = 0
    for (let i = 0; i < 400; i++) {
      const after = first.subarray(i * 16, i * 16 + 16)
      const before = values.subarray(i * 16, i * 16 + 16)
      if (after.every((value, p) => value === before[p])) spared += 1
      expect(after.every((value, p) => value === before[p] || value === 0)).toBe(true)
    }
    // Binomial(400, ½): standard deviation 10.
    expect(Math.abs(spared - 200)).toBeLessThan(40)
    expect(y(1)).toEqual(first)
    expect(y(2)).not.toEqual(first)
    expectNoLeak(() => randomErasing({ probability: 1 })(key(3), x))
    expectClose(randomErasing({ probability: 0 })(key(1), x), values, { absolute: 0, relative: 0 })
  })

  it('names bounds that make no sense', () => {
    expect(() => randomErasing({ area: [0.3, 0.1] })).toThrow(
      /area\[1\] must be a finite number of at least 0\.3, got 0\.1/,
    )
    expect(() => randomErasing({ area: [0.3, 1.1] })).toThrow(RangeError)
    expect(() => randomErasing({ aspect: [0, 1] })).toThrow(/aspect\[0\] must be a finite number above 0/)
    expect(() => randomErasing({ area: [Number.NaN, 1] })).toThrow(RangeError)
    expect(() => randomErasing({ fill: Number.NaN })).toThrow(/fill must be a finite number/)
    expect(() => randomErasing({ probability: 2 })).toThrow(/probability must be a number from 0 to 1/)
  })
})
