import { key } from '@chiaro/random'
import {
  describeBackends,
  expectClose,
  expectNoLeak,
  expectWithin,
  meanOf,
  uniformValues,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { cutMix, mixUp } from './mix.ts'

const [height, width, channels] = [6, 5, 3]
const size = height * width * channels
const pictures = (count: number) =>
  tf.tensor4d(uniformValues(1, count * size, 0, 1), [count, height, width, channels])

describeBackends('mixUp', () => {
  it('mixes each picture with its partner, by its share', () => {
    const x = pictures(9)
    const { mixed, partners, shares } = mixUp(key(1), x, { alpha: 0.7 })
    const before = x.dataSync()
    const at = (picture: number, i: number) => before[picture * size + i]
    const expected = Array.from({ length: 9 * size }, (_, place) => {
      const [picture, i] = [Math.floor(place / size), place % size]
      return shares[picture] * at(picture, i) + (1 - shares[picture]) * at(partners[picture], i)
    })
    expectClose(mixed, expected, { absolute: 1e-6 })
    expect([...partners].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(mixUp(key(1), x, { alpha: 0.7 }).mixed.dataSync()).toEqual(mixed.dataSync())
    expect(mixUp(key(2), x, { alpha: 0.7 }).partners).not.toEqual(partners)
    expectNoLeak(() => mixUp(key(1), x).mixed)
  })
})

describeBackends('cutMix', () => {
  it('lays one rectangle of the partner over each picture, and says how many pixels stay', () => {
    const count = 60
    const x = pictures(count)
    const { mixed, partners, shares } = cutMix(key(3), x)
    const [before, after] = [x.dataSync(), mixed.dataSync()]
    let taken = 0
    for (let i = 0; i < count; i++) {
      const foreign: [row: number, column: number][] = []
      for (let pixel = 0; pixel < height * width; pixel++) {
        const of = (picture: number) =>
          before.slice(picture * size + pixel * channels, picture * size + (pixel + 1) * channels)
        const now = after.slice(i * size + pixel * channels, i * size + (pixel + 1) * channels)
        const own = now.join() === of(i).join()
        if (!own) {
          expect(now).toEqual(of(partners[i]))
          foreign.push([Math.floor(pixel / width), pixel % width])
        }
      }
      if (partners[i] === i) continue
      taken += foreign.length
      expect(shares[i]).toBeCloseTo(1 - foreign.length / (height * width), 6)
      if (foreign.length === 0) continue
      const [rows, columns] = [0, 1].map(axis => new Set(foreign.map(place => place[axis])).size)
      expect(rows * columns).toBe(foreign.length)
    }
    expect(taken).toBeGreaterThan(0)
    expectNoLeak(() => cutMix(key(1), x).mixed)
  })
})

describe('shares', () => {
  it.each([0.05, 0.5, 1, 4])('have the moments of Beta(%f, %f)', alpha => {
    const count = 4000
    const shares = mixUp(key(7), tf.zeros([count, 1, 1, 1]), { alpha }).shares
    const variance = 1 / (4 * (2 * alpha + 1))
    expectWithin(meanOf(shares), 0.5, Math.sqrt(variance / count))
    // The fourth central moment of Beta(α, α) is 3/(16·(2α + 1)·(2α + 3)).
    const fourth = 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3))
    const spread = meanOf(shares, share => (share - 0.5) ** 2)
    expectWithin(spread, variance, Math.sqrt((fourth - variance ** 2) / count))
    expect(shares.every(share => share >= 0 && share <= 1)).toBe(true)
  })

  it('of an α that is none are refused', () => {
    const x = tf.zeros([2, 1, 1, 1]) as tf.Tensor4D
    for (const mix of [mixUp, cutMix]) {
      expect(() => mix(key(1), x, { alpha: 0 })).toThrow(
        /alpha must be a finite number of at least 0\.05, got 0/,
      )
      expect(() => mix(key(1), x, { alpha: Number.NaN })).toThrow(RangeError)
    }
  })
})
