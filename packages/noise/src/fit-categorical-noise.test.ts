import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { fitCategoricalNoise } from './fit-categorical-noise.ts'

describeBackends('fitCategoricalNoise', () => {
  const ids = () => tf.tensor1d([0, 2, 2, 0, 2], 'int32')

  it('counts, with smoothing for what was not seen', async () => {
    expect((await fitCategoricalNoise(ids())).spec.weights).toEqual([2, 0, 3])
    const smooth = await fitCategoricalNoise(ids(), { categories: 5, smoothing: 0.5 })
    expect(smooth.spec.weights).toEqual([2.5, 0.5, 3.5, 0.5, 0.5])
    expect(smooth.support).toBe(5)
  })
  it('names an id that is none', async () => {
    await expect(fitCategoricalNoise(ids(), { categories: 2 })).rejects.toThrow(
      /ids\[1\] must be an integer from 0 to 1, got 2/,
    )
    await expect(fitCategoricalNoise(tf.tensor1d([1, -1], 'int32'))).rejects.toThrow(/ids\[1\]/)
    await expect(fitCategoricalNoise(tf.tensor1d([1, 1]))).rejects.toThrow(
      /ids must be int32 \[.*\], got float32/,
    )
    await expect(fitCategoricalNoise(tf.tensor1d([], 'int32'))).rejects.toThrow(
      /ids must be of length at least 1, got length 0/,
    )
    await expect(fitCategoricalNoise(ids(), { smoothing: -1 })).rejects.toThrow(RangeError)
  })
})
