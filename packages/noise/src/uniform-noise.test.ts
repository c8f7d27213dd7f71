import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { uniformNoise } from './uniform-noise.ts'

describeBackends('uniformNoise', () => {
  it('is −log volume in the box, faces included, and −∞ outside and at NaN', () => {
    const noise = uniformNoise({ low: [-1, 0], high: [1, 5] })
    const inside = -Math.log(10)
    const rows = [
      [0, 1],
      [-1, 0],
      [1, 5],
      [1.001, 1],
      [0, -1e-6],
      [Number.NaN, 1],
    ]
    const outside = Number.NEGATIVE_INFINITY
    expectClose(noise.logProb(tf.tensor2d(rows)), [inside, inside, inside, outside, outside, outside])
  })
  it('fills the box evenly', () => {
    const count = 50_000
    const drawn = uniformNoise({ low: [-1, 0], high: [1, 5] })
      .sample(key(4), count)
      .dataSync()
    for (const [j, low, width] of [
      [0, -1, 2],
      [1, 0, 5],
    ]) {
      for (let tenth = 0; tenth < 10; tenth++) {
        const from = low + (tenth / 10) * width
        const share = meanOf(drawn, (v, i) => (i % 2 === j && v >= from && v < from + width / 10 ? 2 : 0))
        expectWithin(share, 0.1, Math.sqrt(0.09 / count))
      }
    }
  })
  it('gives no draw outside itself, in a box of a few float32 as well', () => {
    const [low, high] = [1, 1 + 3 * 2 ** -23]
    const noise = uniformNoise({ low: [low], high: [high] })
    expect(
      noise
        .logProb(noise.sample(key(1), 1000))
        .dataSync()
        .every(Number.isFinite),
    ).toBe(true)
  })
  it('refuses an empty box', () => {
    expect(() => uniformNoise({ low: [0, 1], high: [1, 1] })).toThrow(/high\[1\] must be above low\[1\] = 1/)
    expect(() => uniformNoise({ low: [1], high: [1 + 1e-9] })).toThrow(RangeError)
    expect(() => uniformNoise({ low: [1], high: [2, 3] })).toThrow(TypeError)
    expect(() => uniformNoise({ low: [1], high: [Number.POSITIVE_INFINITY] })).toThrow(
      /must be a finite number/,
    )
  })
})
