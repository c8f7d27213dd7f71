import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { perturbationNoise } from './perturbation-noise.ts'

describeBackends('perturbationNoise', () => {
  it('gives row i the rows κi … κi + κ − 1, a step of its deviation away', () => {
    const count = 10_000
    const x = tf.tensor2d([
      [0, 100],
      [10, 200],
    ])
    const y = perturbationNoise({ deviation: [0.5, 3] }).perturb(key(1), x, count)
    expect(y.shape).toEqual([2 * count, 2])
    const rows = y.arraySync() as number[][]
    for (const [i, j, mean, deviation] of [
      [0, 0, 0, 0.5],
      [0, 1, 100, 3],
      [1, 0, 10, 0.5],
      [1, 1, 200, 3],
    ]) {
      const own = rows.slice(i * count, (i + 1) * count).map(row => row[j] - mean)
      expectWithin(meanOf(own), 0, deviation / Math.sqrt(count))
      const variance = deviation ** 2
      expectWithin(
        meanOf(own, v => v * v),
        variance,
        variance * Math.sqrt(2 / count),
      )
    }
  })
  it('is symmetric, and takes events of any shape with one deviation', () => {
    const noise = perturbationNoise({ deviation: 0.1 })
    const x = tf.zeros([2, 3, 3, 1])
    const y = noise.perturb(key(1), x, 4)
    expect(y.shape).toEqual([8, 3, 3, 1])
    expectClose(noise.logRatio(x, y), Array(8).fill(0))
    expectNoLeak(() => noise.perturb(key(1), x, 4))
    expect(perturbationNoise(JSON.parse(JSON.stringify(noise.spec))).spec).toEqual(noise.spec)
  })
  it('refuses what does not fit', () => {
    expect(() => perturbationNoise({ deviation: 0 })).toThrow(
      /deviation must be a finite number above 0, got 0/,
    )
    const noise = perturbationNoise({ deviation: [1, 2] })
    expect(() => noise.perturb(key(1), tf.zeros([2, 3]), 1)).toThrow(
      /x must be float32 \[n, 2\], got float32 \[2, 3\]/,
    )
    expect(() => noise.perturb(key(1), tf.zeros([2, 2]), 0)).toThrow(/count must be an integer of at least 1/)
    expect(() => noise.perturb(key(1), tf.zeros([2, 2], 'int32'), 1)).toThrow(/float32 \[n, 2\], got int32/)
  })
})
