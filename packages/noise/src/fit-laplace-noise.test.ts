import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { fitLaplaceNoise } from './fit-laplace-noise.ts'

describeBackends('fitLaplaceNoise', () => {
  it('is each column’s median and mean distance from it', async () => {
    const x = tf.tensor2d([
      [0, 1],
      [100, 2],
      [1, 4],
      [3, 9],
    ])
    const { spec } = await fitLaplaceNoise(x)
    expect(spec).toEqual({
      kind: 'laplace',
      mean: [2, 3],
      scale: [(2 + 98 + 1 + 1) / 4, (2 + 1 + 1 + 6) / 4],
    })
    expect((await fitLaplaceNoise(x, { inflation: 2 })).spec.scale).toEqual([51, 5])
    const odd = await fitLaplaceNoise(tf.tensor2d([[5], [-1], [7]]))
    expect(odd.spec.mean).toEqual([5])
  })
  it('refuses a constant column', async () => {
    await expect(fitLaplaceNoise(tf.ones([3, 1]))).rejects.toThrow(/column 0 of x/)
  })
})
