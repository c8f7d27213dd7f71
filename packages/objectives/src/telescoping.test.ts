import {
  describeBackends,
  expectClose,
  expectNoLeak,
  expectWithin,
  meanOf,
  normalValues,
} from '@chiaro/test-kit'
import { binaryNce } from '@chiaro/test-kit/oracles/noise-contrastive'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { telescopedLogRatio, telescopingLoss } from './telescoping.ts'
import { waymarks } from './waymarks.ts'

const [n, perData] = [4, 2]
const values = [1, 2, 3].map(seed => ({
  data: normalValues(seed, n, 2),
  noise: normalValues(seed + 10, n * perData, 2),
}))
const bridges = () =>
  values.map(({ data, noise }) => ({ logRatioData: tf.tensor1d(data), logRatioNoise: tf.tensor1d(noise) }))

/** log N(x, y; correlation a) − log N(x, y; correlation b), unit variances. */
const correlatedLogRatio = (a: number, b: number) => (x: number, y: number) => {
  const logDensity = (rho: number) =>
    -Math.log(1 - rho ** 2) / 2 - (x * x - 2 * rho * x * y + y * y) / (2 * (1 - rho ** 2))
  return logDensity(a) - logDensity(b)
}

describeBackends('telescopingLoss', () => {
  it.each([undefined, 5])('is the mean of its bridges’ binary NCE losses at ν = %s', noiseRatio => {
    const oracle = values.map(({ data, noise }) => binaryNce(data, noise, noiseRatio ?? perData))
    expectClose(telescopingLoss(bridges(), { noiseRatio }), meanOf(oracle))
  })
  it("gives each data row's mean over bridges for reduction 'none'", () => {
    const rows = Array.from({ length: n }, (_, i) =>
      meanOf(
        values.map(({ data, noise }) =>
          binaryNce([data[i]], noise.slice(i * perData, (i + 1) * perData), perData),
        ),
      ),
    )
    expectClose(telescopingLoss(bridges(), { reduction: 'none' }), rows)
  })
  it('gives every bridge a gradient of its own', () => {
    const one = bridges()[0]
    const slope = (share: number) =>
      tf.grad(r =>
        telescopingLoss([{ ...one, logRatioData: r as tf.Tensor1D }, ...bridges().slice(1, share)]),
      )(one.logRatioData)
    expectClose(tf.mul(slope(3), 3), slope(1))
  })
  it('finds each bridge of correlated Gaussians by a quadratic critic, one on which a single ratio is the sum', () => {
    // One of 20 dimensions of (d, MI) = (40, 10): ρ = 0.795060, α = 0, ½, 1; E log r = 1.928/20 and 8.072/20.
    const [size, rho, alphas] = [20_000, 0.79506, [0, 0.5, 1]]
    const [x0, e0, x1, y1] = [1, 2, 3, 4].map(seed => normalValues(seed, size))
    const y0 = x0.map((x, i) => rho * x + Math.sqrt(1 - rho ** 2) * e0[i])
    const pair = (x: Float32Array, y: Float32Array) =>
      tf.stack([tf.tensor1d(x), tf.tensor1d(y)], 1) as tf.Tensor2D
    const marks = waymarks(pair(x0, y0), pair(x1, y1), alphas)
    const exact = alphas
      .slice(1)
      .map((alpha, k) => correlatedLogRatio((1 - alphas[k] ** 2) * rho, (1 - alpha ** 2) * rho))
    const ratioAt = (k: number, mark: tf.Tensor2D) => {
      const rows = mark.dataSync()
      return tf.tensor1d(Array.from({ length: size }, (_, i) => exact[k](rows[2 * i], rows[2 * i + 1])))
    }
    // At the exact ratios no change of scale or offset helps: each slope is 0 within its standard error.
    const slopes = tf.grads((scale, offset) =>
      telescopingLoss(
        exact.map((_, k) => ({
          logRatioData: tf.add(tf.mul(ratioAt(k, marks[k]), scale), offset) as tf.Tensor1D,
          logRatioNoise: tf.add(tf.mul(ratioAt(k, marks[k + 1]), scale), offset) as tf.Tensor1D,
        })),
      ),
    )([tf.scalar(1), tf.scalar(0)])
    for (const slope of slopes) expectWithin(slope.dataSync()[0], 0, 1 / Math.sqrt(size))
    const ofBridges = exact.map((_, k) => ratioAt(k, marks[0]))
    const means = ofBridges.map(ratio => meanOf(ratio.dataSync()))
    const standardErrors = ofBridges.map((ratio, k) =>
      Math.sqrt(meanOf(ratio.dataSync(), r => (r - means[k]) ** 2) / size),
    )
    ;[1.928 / 20, 8.072 / 20].forEach((published, k) => {
      expectWithin(means[k], published, standardErrors[k])
    })
    const whole = correlatedLogRatio(rho, 0)
    const single = Array.from(x0, (x, i) => whole(x, y0[i]))
    expectClose(telescopedLogRatio(ofBridges), single, { absolute: 1e-5 })
  })
  it('keeps no tensor and refuses what does not fit', () => {
    const own = bridges()
    expectNoLeak(() => telescopingLoss(own))
    expectNoLeak(() => telescopedLogRatio(own.map(({ logRatioData }) => logRatioData)))
    expect(() => telescopingLoss([])).toThrow(/bridges must be of length at least 1, got length 0/)
    expect(() => telescopedLogRatio([])).toThrow(/logRatios must be of length at least 1, got length 0/)
    const short = { logRatioData: tf.zeros([2]) as tf.Tensor1D, logRatioNoise: tf.zeros([2]) as tf.Tensor1D }
    expect(() => telescopingLoss([own[0], short])).toThrow(
      /bridges\[1\]\.logRatioData must be float32 \[4\], as bridges\[0\]\.logRatioData, got float32 \[2\]/,
    )
    expect(() => telescopedLogRatio([tf.zeros([2]), tf.zeros([1])])).toThrow(
      /logRatios\[1\] must be float32 \[2\], as logRatios\[0\], got float32 \[1\]/,
    )
  })
})
