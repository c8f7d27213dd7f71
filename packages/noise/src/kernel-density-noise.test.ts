import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { kernelDensityNoise } from './kernel-density-noise.ts'
import { kernelLogSum } from './kernel-log-sum.ts'

const [n, d] = [7, 3]
const centres = normalValues(1, n * d)
const points = Array.from({ length: n }, (_, i) => Array.from(centres.slice(i * d, (i + 1) * d)))
const bandwidth = [0.5, 1, 2]
const rows = Array.from({ length: 5 }, (_, i) => Array.from(normalValues(i + 2, d, 2)))

/** Each kernel's share of the density at x, and the density. */
function kernels(x: readonly number[]) {
  const terms = points.map(point =>
    point.reduce(
      (product, p, j) =>
        (product * Math.exp(-(((x[j] - p) / bandwidth[j]) ** 2) / 2)) /
        (bandwidth[j] * Math.sqrt(2 * Math.PI)),
      1,
    ),
  )
  const total = terms.reduce((sum, term) => sum + term, 0)
  return { density: total / n, shares: terms.map(term => term / total) }
}

describeBackends('kernelDensityNoise', () => {
  it('is the mean of its kernels', () => {
    const noise = kernelDensityNoise(points, { bandwidth })
    expectClose(
      noise.logProb(tf.tensor2d(rows)),
      rows.map(x => Math.log(kernels(x).density)),
    )
  })
  it('is the nearest kernel far out, where densities underflow', () => {
    const noise = kernelDensityNoise([[0], [1]], { bandwidth: 0.1 })
    const expected = -(99 ** 2) / 2 / 0.01 - Math.log(0.1 * Math.sqrt(2 * Math.PI)) - Math.log(2)
    expectClose(noise.logProb(tf.tensor2d([[100]])), [expected])
  })
  it('keeps its digits far from the origin', () => {
    const noise = kernelDensityNoise([[10_000], [10_001]], { bandwidth: 0.25 })
    const at = (z: number) => Math.exp(-z * z * 8)
    const expected = Math.log((at(0.5) + at(0.5)) / 2 / 0.25 / Math.sqrt(2 * Math.PI))
    expectClose(noise.logProb(tf.tensor2d([[10_000.5]])), [expected])
  })
  it('integrates to 1', () => {
    const step = 0.05
    const x = Array.from({ length: 400 }, (_, i) => [-10 + step * i])
    const density = kernelDensityNoise([[-1], [0.5], [3]], { bandwidth: 0.4 })
      .logProb(tf.tensor2d(x))
      .dataSync()
    expect(meanOf(density, Math.exp) * step * x.length).toBeCloseTo(1, 5)
  })
  it('has the gradient Σ w (p − x)/h², by tiles as well', () => {
    const expected = rows.map(x =>
      x.map((_, j) => {
        const { shares } = kernels(x)
        return points.reduce((sum, p, i) => sum + (shares[i] * (p[j] - x[j])) / bandwidth[j] ** 2, 0)
      }),
    )
    const whole = kernelLogSum(tf.tensor2d(rows), { centres, bandwidth })
    for (const tileSize of [1, 2 * n, 3 * n, 1 << 20]) {
      const f = (x: tf.Tensor) => kernelLogSum(x as tf.Tensor2D, { centres, bandwidth }, tileSize)
      expectClose(f(tf.tensor2d(rows)), whole, { relative: 1e-7, absolute: 1e-7 })
      expectClose(tf.grad(f)(tf.tensor2d(rows)), expected)
    }
  })
  it('has second derivatives', () => {
    const slope = (x: tf.Tensor) =>
      tf.grad(at => kernelLogSum(at as tf.Tensor2D, { centres, bandwidth }, 2 * n))(x)
    const x = tf.tensor2d(rows)
    const second = tf
      .grad(at => tf.sum(slope(at)))(x)
      .arraySync() as number[][]
    const h = 1e-2
    for (let j = 0; j < d; j++) {
      const shift = tf.tensor1d(Array.from({ length: d }, (_, k) => (k === j ? h : 0)))
      const [up, down] = [tf.sum(slope(tf.add(x, shift)), 1), tf.sum(slope(tf.sub(x, shift)), 1)]
      const column = second.map(row => row[j])
      expectClose(tf.div(tf.sub(up, down), 2 * h), column, { absolute: 2e-3, relative: 2e-3 })
    }
  })
  it('draws a point and a step of the bandwidth', () => {
    const count = 50_000
    const drawn = kernelDensityNoise([[-1], [0.5], [3]], { bandwidth: 0.4 })
      .sample(key(1), count)
      .dataSync()
    const mean = 2.5 / 3
    const variance = (1 + 0.25 + 9) / 3 - mean ** 2 + 0.16
    expectWithin(meanOf(drawn), mean, Math.sqrt(variance / count))
    const near = meanOf(drawn, x => (x > 2 ? 1 : 0))
    // Φ(2.5) of the kernel at 3; those at −1 and 0.5 reach 2 with Φ(−7.5) and Φ(−3.75).
    expectWithin(near, (0.993790335 + 0.0000884) / 3, Math.sqrt((1 / 3) * (2 / 3)) / Math.sqrt(count))
  })
})

describe('kernelDensityNoise', () => {
  it('takes its bandwidth from a rule', () => {
    // Two columns of five points with variances 2 and 8.
    const five = [-2, -1, 0, 1, 2].map(v => [v, 10 + 2 * v])
    const scott = kernelDensityNoise(five).spec.bandwidth
    expect(scott[0]).toBeCloseTo(Math.sqrt(2) * 5 ** (-1 / 6), 12)
    expect(scott[1]).toBeCloseTo(Math.sqrt(8) * 5 ** (-1 / 6), 12)
    const [silverman] = kernelDensityNoise(five, { bandwidth: 'silverman' }).spec.bandwidth
    expect(silverman).toBeCloseTo(Math.sqrt(2) * 5 ** (-1 / 6), 12)
    const one = kernelDensityNoise([[0], [2]], { bandwidth: 'silverman' }).spec.bandwidth
    expect(one[0]).toBeCloseTo(1.5 ** -0.2, 12)
  })
  it('refuses what has no kernels', () => {
    expect(() => kernelDensityNoise([])).toThrow(/points must be of length at least 1, got length 0/)
    expect(() => kernelDensityNoise([[1, 2], [3]])).toThrow(/points\[1\] must be of length 2, got length 1/)
    const constant = [
      [1, 0.1],
      [2, 0.1],
      [3, 0.1],
    ]
    expect(() => kernelDensityNoise(constant)).toThrow(/column 1 of points must be spread out/)
    expect(() => kernelDensityNoise(constant, { bandwidth: 0 })).toThrow(
      /bandwidth must be a finite number above 0/,
    )
    expect(() => kernelDensityNoise(constant, { bandwidth: [1] })).toThrow(TypeError)
  })
})
