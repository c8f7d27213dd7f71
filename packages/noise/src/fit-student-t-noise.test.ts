import { key } from '@chiaro/random'
import { describeBackends, expectClose, withLeapingClock } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { fitGaussianNoise } from './fit-gaussian-noise.ts'
import { fitStudentTNoise } from './fit-student-t-noise.ts'
import { studentTNoise } from './student-t-noise.ts'

const truth = studentTNoise({
  mean: [1, -2],
  degreesOfFreedom: 3,
  scaleMatrix: [
    [2, 0.8],
    [0.8, 0.5],
  ],
})

describeBackends('fitStudentTNoise', () => {
  it('lets events through, one of which may end it, and to the same bits', async () => {
    const x = truth.sample(key(1), 20_000)
    const { spec } = await fitStudentTNoise(x)
    await withLeapingClock(async () => {
      expect((await fitStudentTNoise(x)).spec).toEqual(spec)
      const controller = new AbortController()
      setTimeout(() => controller.abort(new Error('enough')), 0)
      await expect(fitStudentTNoise(x, { signal: controller.signal })).rejects.toThrow('enough')
    })
  })

  it.each(['full', 'diagonal'] as const)('maximises the likelihood: %s', async covariance => {
    const x = truth.sample(key(3), 400)
    const { spec } = await fitStudentTNoise(x, { degreesOfFreedom: 3, covariance })
    const rows = x.arraySync() as number[][]
    const matrix =
      spec.scaleMatrix ?? spec.scale?.map((s, j, all) => all.map((_, k) => (j === k ? s * s : 0)))
    const [[a, b], [, c]] = matrix as number[][]
    /** The mean log-likelihood in float64, up to a constant. */
    const likelihood = ([m0, m1, s00, s01, s11]: readonly number[]) => {
      const determinant = s00 * s11 - s01 ** 2
      const sum = rows.reduce((total, [x0, x1]) => {
        const [u, v] = [x0 - m0, x1 - m1]
        return total - 2.5 * Math.log1p((s11 * u * u - 2 * s01 * u * v + s00 * v * v) / determinant / 3)
      }, 0)
      return sum / rows.length - Math.log(determinant) / 2
    }
    const best = [...spec.mean, a, b, c]
    for (let i = 0; i < 5; i++) {
      if (i === 3 && covariance === 'diagonal') continue
      const moved = (by: number) => likelihood(best.map((value, k) => (k === i ? value + by : value)))
      expect(Math.abs((moved(1e-4) - moved(-1e-4)) / 2e-4)).toBeLessThan(1e-6)
    }
  })
  it('is not moved by rows far out, as a Gaussian is', async () => {
    const clean = truth.sample(key(4), 200).arraySync() as number[][]
    const outliers = [...clean, ...Array.from({ length: 5 }, () => [1000, 1000])]
    const x = tf.tensor2d(outliers)
    const [t, gaussian] = [await fitStudentTNoise(x), await fitGaussianNoise(x)]
    expect(Math.abs(t.spec.mean[0] - 1)).toBeLessThan(0.5)
    expect(gaussian.spec.mean[0]).toBeGreaterThan(20)
  })
  it('nears the Gaussian fit for large ν, and widens by the inflation', async () => {
    const x = truth.sample(key(5), 100)
    const t = await fitStudentTNoise(x, { degreesOfFreedom: 1e9, inflation: 3 })
    const gaussian = await fitGaussianNoise(x, { inflation: 3 })
    expectClose(t.spec.mean, gaussian.spec.mean)
    expectClose(t.spec.scaleMatrix as number[][], gaussian.spec.covariance as number[][])
  })
})

describe('fitStudentTNoise', () => {
  it('names what it can’t fit', async () => {
    const constant = tf.tensor2d([
      [1, 4],
      [2, 4],
      [3, 4],
    ])
    await expect(fitStudentTNoise(constant)).rejects.toThrow(/column 1 of x must be spread out/)
    await expect(fitStudentTNoise(constant, { degreesOfFreedom: -1 })).rejects.toThrow(/degreesOfFreedom/)
    constant.dispose()
  })
})
