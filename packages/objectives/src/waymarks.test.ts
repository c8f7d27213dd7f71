import { describeBackends, expectClose, expectNoLeak, expectWithin, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { waymarks } from './waymarks.ts'

describeBackends('waymarks', () => {
  it('are √(1 − α²)·data + α·noise, from the data at 0 to the noise at 1', () => {
    const [data, noise] = [tf.tensor2d([[1, -2]]), tf.tensor2d([[3, 5]])]
    const [first, middle, last] = waymarks(data, noise, [0, 0.6, 1])
    expectClose(first, [1, -2])
    expectClose(middle, [0.8 + 1.8, -1.6 + 3])
    expectClose(last, [3, 5])
  })
  it('have correlation (1 − α²)ρ between halves that are independent in the noise', () => {
    const [size, rho] = [20_000, 0.79506]
    const columns = [1, 2, 3, 4].map(seed => normalValues(seed, size))
    const pair = (x: Float32Array, y: Float32Array) =>
      tf.stack([tf.tensor1d(x), tf.tensor1d(y)], 1) as tf.Tensor2D
    const second = columns[0].map((x, i) => rho * x + Math.sqrt(1 - rho ** 2) * columns[1][i])
    const alphas = [0, 0.25, 0.5, 0.75, 1]
    waymarks(pair(columns[0], second), pair(columns[2], columns[3]), alphas).forEach((mark, k) => {
      const expected = (1 - alphas[k] ** 2) * rho
      const [x, y] = tf.unstack(mark, 1)
      const covariance = tf.mean(tf.mul(x, y)).dataSync()[0]
      // Var(xy) = 1 + ρ² for unit variances.
      expectWithin(covariance, expected, Math.sqrt((1 + expected ** 2) / size))
      expectWithin(tf.mean(tf.square(x)).dataSync()[0], 1, Math.sqrt(2 / size))
    })
  })
  it('keep no other tensor and refuse what does not fit', () => {
    const [data, noise] = [tf.zeros([2, 3]), tf.ones([2, 3])]
    expectNoLeak(() => waymarks(data, noise, [0, 0.5, 1]))
    expect(() => waymarks(data, tf.zeros([2, 2]), [0, 1])).toThrow(
      /noise must be a tensor \[2, 3\], as data, got float32 \[2, 2\]/,
    )
    expect(() => waymarks(data, noise, [0, 1.5])).toThrow(/alphas\[1\] must be a number from 0 to 1, got 1.5/)
    expect(() => waymarks(data, noise, [0.5, 0.5])).toThrow(/alphas\[1\] must be a finite number above 0\.5/)
  })
})
