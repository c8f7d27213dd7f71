import { foldIn, key, normalValues } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { gaussianNoise } from './gaussian-noise.ts'

describeBackends('gaussianNoise', () => {
  it('adds independent normals of the standard deviation asked for', () => {
    const count = 20_000
    const view = gaussianNoise({ standardDeviation: 0.2 })
    const noise = Array.from(view(key(3), tf.zeros([100, 10, 10, 2])).dataSync())
    const mean = noise.reduce((sum, value) => sum + value, 0) / count
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
    const beside = noise.slice(1).reduce((sum, value, i) => sum + value * noise[i], 0) / count
    // Standard errors: σ/√n of a mean, σ²√(2/n) of a variance, σ²/√n of a covariance.
    expect(Math.abs(mean)).toBeLessThan(4 * 0.2 * Math.sqrt(1 / count))
    expect(Math.abs(variance - 0.04)).toBeLessThan(4 * 0.04 * Math.sqrt(2 / count))
    expect(Math.abs(beside)).toBeLessThan(4 * 0.04 * Math.sqrt(1 / count))
  })

  it('adds to what is there, by its key alone', () => {
    const x = tf.fill([1, 2, 2, 3], 0.7) as tf.Tensor4D
    const drawn = normalValues(foldIn(key(4), 0), 12)
    expectClose(
      gaussianNoise()(key(4), x),
      drawn.map(value => 0.7 + 0.05 * value),
    )
    expect(gaussianNoise()(key(5), x).dataSync()).not.toEqual(gaussianNoise()(key(4), x).dataSync())
  })

  it('is the pictures themselves at 0, refuses less, leaks nothing', () => {
    const x = tf.fill([1, 2, 2, 3], 0.7) as tf.Tensor4D
    expectClose(gaussianNoise({ standardDeviation: 0 })(key(1), x), x, { absolute: 0, relative: 0 })
    expect(() => gaussianNoise({ standardDeviation: -1 })).toThrow(
      /must be a finite number of at least 0, got -1/,
    )
    expectNoLeak(() => gaussianNoise()(key(1), x))
  })
})
