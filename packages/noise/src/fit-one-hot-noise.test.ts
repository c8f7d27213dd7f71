import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { fitOneHotNoise } from './fit-one-hot-noise.ts'

describeBackends('fitOneHotNoise', () => {
  const rows = [
    [1, 0, 0],
    [0, 1, 0],
    [1, 0, 0],
  ]
  it('counts, with smoothing for what was not seen', async () => {
    expect((await fitOneHotNoise(tf.tensor2d(rows))).spec.weights).toEqual([2, 1, 0])
    const smooth = await fitOneHotNoise(tf.tensor2d(rows), { smoothing: 0.5 })
    expect(smooth.spec.weights).toEqual([2.5, 1.5, 0.5])
  })
  it('names a row that is not one-hot', async () => {
    for (const wrong of [
      [0, 0, 0],
      [1, 1, 0],
      [0, 0.5, 0.5],
    ]) {
      await expect(fitOneHotNoise(tf.tensor2d([...rows, wrong]))).rejects.toThrow(
        /fitOneHotNoise: x\[3\] must be zeros and one 1, got \[/,
      )
    }
    await expect(fitOneHotNoise(tf.tensor2d(rows), { smoothing: -1 })).rejects.toThrow(/smoothing/)
  })
})
