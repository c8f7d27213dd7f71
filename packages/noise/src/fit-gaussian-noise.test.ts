import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { fitGaussianNoise } from './fit-gaussian-noise.ts'

// Mean (2, 1); centred (−1, 1), (1, −1), (−2, 3), (2, −3): covariance [[10, −14], [−14, 20]]/4.
const rows = [
  [1, 2],
  [3, 0],
  [0, 4],
  [4, -2],
]

describeBackends('fitGaussianNoise', () => {
  it('has the moments of the data, divided by n', async () => {
    const { spec } = await fitGaussianNoise(tf.tensor2d(rows))
    expectClose(spec.mean, [2, 1], { absolute: 1e-14 })
    expectClose(
      spec.covariance as number[][],
      [
        [2.5, -3.5],
        [-3.5, 5],
      ],
      { absolute: 1e-14 },
    )
    const diagonal = await fitGaussianNoise(tf.tensor2d(rows), { covariance: 'diagonal' })
    expectClose(diagonal.spec.deviation as number[], [Math.sqrt(2.5), Math.sqrt(5)], { absolute: 1e-14 })
  })
  it('widens deviations by the inflation, and variances by the ridge first', async () => {
    const { spec } = await fitGaussianNoise(tf.tensor2d(rows), { inflation: 2, ridge: 0.5 })
    expectClose(spec.covariance as number[][], [
      [12, -14],
      [-14, 22],
    ])
    const diagonal = await fitGaussianNoise(tf.tensor2d(rows), {
      covariance: 'diagonal',
      inflation: 2,
      ridge: 1.5,
    })
    expectClose(diagonal.spec.deviation as number[], [4, 2 * Math.sqrt(6.5)])
  })
  it('keeps its digits far from the origin', async () => {
    const far = rows.map(row => row.map(v => v + 65_536))
    const { spec } = await fitGaussianNoise(tf.tensor2d(far))
    expectClose(spec.covariance as number[][], [
      [2.5, -3.5],
      [-3.5, 5],
    ])
  })
  it('names a constant column, whatever its value', async () => {
    const constant = tf.tensor2d(Array.from({ length: 1000 }, (_, i) => [i % 7, 0.1]))
    await expect(fitGaussianNoise(constant)).rejects.toThrow(
      /column 1 of x must be spread out, got 0\.10.* in every row \(leave it out, or give a ridge\)/,
    )
    await expect(fitGaussianNoise(constant, { covariance: 'diagonal' })).rejects.toThrow(/column 1 of x/)
    const { spec } = await fitGaussianNoise(constant, { ridge: 1e-3 })
    expectClose((spec.covariance as number[][])[1], [0, 1e-3], { absolute: 1e-9 })
  })
  it('names a column that others give, as one-hot columns are', async () => {
    const x = normalValues(1, 300)
    const dependent = Array.from({ length: 100 }, (_, i) => [
      x[3 * i],
      x[3 * i + 1],
      x[3 * i] - 2 * x[3 * i + 1],
    ])
    await expect(fitGaussianNoise(tf.tensor2d(dependent))).rejects.toThrow(
      /column 2 of x must be no linear combination of the columns before it, got one \(.*diagonal/,
    )
    const oneHot = Array.from({ length: 30 }, (_, i) => [0, 1, 2].map(k => (i % 3 === k ? 1 : 0)))
    await expect(fitGaussianNoise(tf.tensor2d(oneHot))).rejects.toThrow(/column 2 of x/)
    const { spec } = await fitGaussianNoise(tf.tensor2d(oneHot), { covariance: 'diagonal' })
    expectClose(spec.deviation as number[], Array(3).fill(Math.sqrt(2) / 3))
  })
  it('names the row of what is no number', async () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, Number.NaN],
    ])
    await expect(fitGaussianNoise(x)).rejects.toThrow(
      /fitGaussianNoise: x\[1, 1\] must be a finite number, got NaN/,
    )
    await expect(fitGaussianNoise(tf.zeros([1, 2]))).rejects.toThrow(
      /x must be float32 \[n, d\] with n ≥ 2, got float32 \[1, 2\]/,
    )
    await expect(fitGaussianNoise(tf.zeros([4]))).rejects.toThrow(
      /x must be float32 \[n, d\], got float32 \[4\]/,
    )
    await expect(fitGaussianNoise(tf.tensor2d(rows), { inflation: 0 })).rejects.toThrow(
      /inflation must be a finite number above 0/,
    )
    await expect(fitGaussianNoise(tf.tensor2d(rows), { ridge: -1 })).rejects.toThrow(/ridge/)
  })
})
