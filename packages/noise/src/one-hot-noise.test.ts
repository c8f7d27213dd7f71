import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { oneHotNoise } from './one-hot-noise.ts'

describeBackends('oneHotNoise', () => {
  it('knows the categories and nothing between them', () => {
    const rows = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 0],
      [1, 1, 0],
      [0.5, 0.5, 0],
      [1, 1e-6, 0],
      [2, 0, -1],
    ]
    const none = Number.NEGATIVE_INFINITY
    expectClose(oneHotNoise({ weights: [3, 1, 0] }).logProb(tf.tensor2d(rows)), [
      Math.log(0.75),
      Math.log(0.25),
      none,
      none,
      none,
      none,
      none,
      none,
    ])
  })
  it('draws each category by its weight, and one only', () => {
    const count = 20_000
    const drawn = oneHotNoise({ weights: [3, 1, 0] })
      .sample(key(1), count)
      .dataSync()
    expect(drawn.every(v => v === 0 || v === 1)).toBe(true)
    expect(meanOf(drawn)).toBeCloseTo(1 / 3, 12)
    for (const [k, p] of [0.75, 0.25, 0].entries()) {
      const share = meanOf(drawn, (v, i) => (i % 3 === k ? 3 * v : 0))
      expectWithin(share, p, Math.sqrt((p * (1 - p)) / count) + 1e-12)
    }
  })
})
