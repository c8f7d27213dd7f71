import { describeBackends, expectClose, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { fitUniformNoise } from './fit-uniform-noise.ts'

describeBackends('fitUniformNoise', () => {
  it('is the box about the data with a margin', async () => {
    const x = tf.tensor2d([
      [0, 5],
      [10, 3],
      [4, 4],
    ])
    const { spec } = await fitUniformNoise(x)
    expectClose(spec.low, [-1, 2.8])
    expectClose(spec.high, [11, 5.2])
    const exact = await fitUniformNoise(x, { margin: 0 })
    expect(exact.spec).toEqual({ kind: 'uniform', low: [0, 3], high: [10, 5] })
  })
  it('case 17: has noise at every row it was fitted to, without a margin too', async () => {
    const x = tf.tensor2d(uniformValues(3, 300, -0.1, 0.7), [100, 3])
    const noise = await fitUniformNoise(x, { margin: 0 })
    expect(noise.logProb(x).dataSync().every(Number.isFinite)).toBe(true)
  })
  it('refuses a constant column and a negative margin', async () => {
    await expect(fitUniformNoise(tf.ones([3, 2]))).rejects.toThrow(
      /column 0 of x must be spread out, got 1 in every row/,
    )
    await expect(fitUniformNoise(tf.ones([3, 2]), { margin: -0.1 })).rejects.toThrow(/margin/)
  })
})
