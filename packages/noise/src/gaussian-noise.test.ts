import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { gaussianNoise } from './gaussian-noise.ts'

const mean = [1, -2]
const covariance = [
  [2, 0.8],
  [0.8, 0.5],
]

/** The bivariate normal density as textbooks write it, with its correlation. */
function bivariate(x: number, y: number): number {
  const [sx, sy] = [Math.sqrt(2), Math.sqrt(0.5)]
  const rho = 0.8 / (sx * sy)
  const [u, v] = [(x - 1) / sx, (y + 2) / sy]
  const q = (u * u - 2 * rho * u * v + v * v) / (1 - rho * rho)
  return -q / 2 - Math.log(2 * Math.PI * sx * sy * Math.sqrt(1 - rho * rho))
}

describeBackends('gaussianNoise', () => {
  it('has the log-density of a bivariate normal, far out as well', () => {
    const points = [
      [1, -2],
      [0, 0],
      [3, -1],
      [-9, 14],
      [40, 40],
    ]
    const noise = gaussianNoise({ mean, covariance })
    expectClose(
      noise.logProb(tf.tensor2d(points)),
      points.map(([x, y]) => bivariate(x, y)),
      { relative: 2e-6 },
    )
  })
  it('is the product of its columns with deviations', () => {
    const noise = gaussianNoise({ mean: [0, 3], deviation: [1, 0.2] })
    const one = (x: number, m: number, s: number) =>
      -(((x - m) / s) ** 2) / 2 - Math.log(s) - Math.log(2 * Math.PI) / 2
    expectClose(noise.logProb(tf.tensor2d([[0.5, 3.1]])), [one(0.5, 0, 1) + one(3.1, 3, 0.2)])
  })
  it('integrates to 1', () => {
    const [points, step] = [200, 0.1]
    const grid = Array.from({ length: points ** 2 }, (_, i) => [
      1 + step * ((i % points) - points / 2),
      -2 + step * (Math.floor(i / points) - points / 2),
    ])
    const density = gaussianNoise({ mean, covariance }).logProb(tf.tensor2d(grid)).dataSync()
    expect(step ** 2 * meanOf(density, Math.exp) * grid.length).toBeCloseTo(1, 5)
  })
  it('draws rows of its mean and covariance', () => {
    const count = 50_000
    const drawn = gaussianNoise({ mean, covariance }).sample(key(2), count).dataSync()
    const centred = (i: number, j: number) => drawn[2 * i + j] - mean[j]
    const rows = Array.from({ length: count }, (_, i) => i)
    for (const j of [0, 1]) {
      expectWithin(
        meanOf(rows, i => centred(i, j)),
        0,
        Math.sqrt(covariance[j][j] / count),
      )
      for (const k of [0, 1]) {
        // Var(x_j x_k) = Σ_jj Σ_kk + Σ_jk².
        const variance = covariance[j][j] * covariance[k][k] + covariance[j][k] ** 2
        const observed = meanOf(rows, i => centred(i, j) * centred(i, k))
        expectWithin(observed, covariance[j][k], Math.sqrt(variance / count))
      }
    }
  })
})

describe('gaussianNoise', () => {
  it('refuses what is no Gaussian', () => {
    expect(() => gaussianNoise({ mean })).toThrow(/give either covariance or deviation/)
    expect(() => gaussianNoise({ mean, covariance, deviation: [1, 1] })).toThrow(TypeError)
    expect(() => gaussianNoise({ mean, deviation: [1] })).toThrow(
      /deviation must be of length 2, got length 1/,
    )
    expect(() => gaussianNoise({ mean, deviation: [1, 0] })).toThrow(
      /deviation\[1\] must be a finite number above 0, got 0/,
    )
    expect(() => gaussianNoise({ mean: [1, Number.NaN], deviation: [1, 1] })).toThrow(
      /mean\[1\] must be a finite number, got NaN/,
    )
    expect(() => gaussianNoise({ mean: [], deviation: [] })).toThrow(
      /mean must be of length at least 1, got length 0/,
    )
    const indefinite = [
      [1, 2],
      [2, 1],
    ]
    expect(() => gaussianNoise({ mean, covariance: indefinite })).toThrow(/positive definite/)
    expect(() => gaussianNoise({ mean, covariance: [[1]] })).toThrow(/covariance must be of length 2/)
  })
})
