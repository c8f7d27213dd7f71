import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { categoricalNoise } from './categorical-noise.ts'
import { gaussianNoise } from './gaussian-noise.ts'
import { oneHotNoise } from './one-hot-noise.ts'
import { productNoise } from './product-noise.ts'

const numbers = gaussianNoise({
  mean: [0, 0],
  covariance: [
    [1, 0.9],
    [0.9, 1],
  ],
})
const colour = oneHotNoise({ weights: [2, 1, 1] })
const size = oneHotNoise({ weights: [1, 3] })

describeBackends('productNoise', () => {
  it('adds the log-densities of its blocks', () => {
    const noise = productNoise([numbers, colour, size])
    expect(noise.eventShape).toEqual([7])
    const rows = tf.tensor2d([
      [0, 0, 1, 0, 0, 0, 1],
      [0, 0, 1, 1, 0, 0, 1],
    ])
    // At the mean the Gaussian is 1/(2π√(1 − .81)).
    const expected = -Math.log(2 * Math.PI * Math.sqrt(0.19)) + Math.log(1 / 2) + Math.log(3 / 4)
    expectClose(noise.logProb(rows), [expected, Number.NEGATIVE_INFINITY])
    const slope = tf.grad(x => tf.sum(noise.logProb(x)))(tf.tensor2d([[1, 0, 1, 0, 0, 0, 1]]))
    expectClose(slope, [-1 / 0.19, 0.9 / 0.19, 0, 0, 0, 0, 0])
  })
  it('draws blocks that know nothing of each other', () => {
    const count = 20_000
    const drawn = productNoise([numbers, numbers, colour]).sample(key(1), count).arraySync() as number[][]
    const standardError = 1 / Math.sqrt(count)
    expectWithin(meanOf(drawn.map(row => row[0] * row[2])), 0, standardError)
    expectWithin(meanOf(drawn.map(row => row[0] * row[1])), 0.9, Math.sqrt(1.81) * standardError)
    expectWithin(meanOf(drawn.map(row => row[4])), 0.5, 0.5 * standardError)
    expectWithin(meanOf(drawn.map(row => row[0] * (row[4] - 0.5))), 0, 0.5 * standardError)
  })
  it('refuses blocks that are no rows', () => {
    expect(() => productNoise([])).toThrow(/blocks must be of length at least 1, got length 0/)
    expect(() => productNoise([numbers, categoricalNoise({ weights: [1] })])).toThrow(
      /blocks\[1\] must be a noise of rows \[d\], got events \[\] \(categorical; take oneHotNoise/,
    )
  })
})
