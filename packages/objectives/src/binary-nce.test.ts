import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
  uniformValues,
} from '@chiaro/test-kit'
import { binaryNce, softplus } from '@chiaro/test-kit/oracles/noise-contrastive'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { binaryNceLoss } from './binary-nce.ts'

const [n, perData] = [4, 3]
const dataValues = normalValues(1, n, 2)
const noiseValues = normalValues(2, n * perData, 2)

describeBackends('binaryNceLoss', () => {
  it.each([undefined, 1, 3, 1e3, 1e6])('equals float64 with its gradients at ν = %s', noiseRatio => {
    const nu = noiseRatio ?? perData
    const f = (data: ArrayLike<number>, noise: ArrayLike<number>) => binaryNce(data, noise, nu)
    const { value, grads } = tf.valueAndGrads((data, noise) =>
      binaryNceLoss(data as tf.Tensor1D, noise as tf.Tensor1D, { noiseRatio }),
    )([tf.tensor1d(dataValues), tf.tensor1d(noiseValues)])
    expectClose(value, f(dataValues, noiseValues))
    const expected = numericalGradient(f, [dataValues, noiseValues])
    expectClose(grads[0], expected[0], { relative: 2e-5 })
    expectClose(grads[1], expected[1], { relative: 2e-5 })
  })
  it("gives each data row's value with the κ noise rows it owns for reduction 'none'", () => {
    const nu = 2
    const shift = Math.log(nu)
    const expected = Array.from(dataValues, (r, i) => {
      const own = noiseValues.slice(i * perData, (i + 1) * perData)
      return softplus(shift - r) + (nu / perData) * own.reduce((sum, y) => sum + softplus(y - shift), 0)
    })
    const rows = binaryNceLoss(tf.tensor1d(dataValues), tf.tensor1d(noiseValues), {
      noiseRatio: nu,
      reduction: 'none',
    })
    expectClose(rows, expected)
  })
  it.each([
    [1, 1.386294],
    [5, 2.703367],
    [10, 3.350997],
  ])('is log(1+ν) + ν log(1+1/ν) where noise and data are alike: ν = %i', (noiseRatio, published) => {
    const loss = binaryNceLoss(tf.zeros([2]), tf.zeros([2 * noiseRatio]))
    expectClose(loss, published, { absolute: 1e-6 })
  })
  it('has its exact optimum on a table: f = log(ν q n_data/n_noise), loss 2.674860 at p, q and ν = 5', () => {
    const p = [0.5, 0.3, 0.15, 0.05]
    const q = [0.4, 0.3, 0.2, 0.1]
    // Twenty data rows in proportion p, each with five noise rows: a hundred, in proportion q.
    const repeat = (shares: readonly number[], total: number) =>
      Int32Array.from(
        shares.flatMap((share, x) => Array.from({ length: Math.round(share * total) }, () => x)),
      )
    const data = tf.tensor1d(repeat(p, 20), 'int32')
    const noise = tf.tensor1d(repeat(q, 100), 'int32')
    const logQ = tf.tensor1d(q.map(Math.log))
    const loss = (f: tf.Tensor) => {
      const ratio = tf.sub(f, logQ)
      return binaryNceLoss(tf.gather(ratio, data) as tf.Tensor1D, tf.gather(ratio, noise) as tf.Tensor1D)
    }
    const { value, grad } = tf.valueAndGrad(loss)(tf.tensor1d(p.map(Math.log)))
    expectClose(value, 2.67486, { absolute: 1e-5 })
    expectClose(grad, [0, 0, 0, 0], { absolute: 1e-6 })
  })
  it('has second derivatives', () => {
    // Σσ(G)(1 − σ(G)) weighted as the mean weighs rows.
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
    const shift = Math.log(perData)
    const expected = Array.from(dataValues, r => (sigmoid(r - shift) * sigmoid(shift - r)) / n)
    const noise = tf.tensor1d(noiseValues)
    const second = tf.grad(x => tf.sum(tf.grad(y => binaryNceLoss(y as tf.Tensor1D, noise))(x)))
    expectClose(second(tf.tensor1d(dataValues)), expected)
  })

  it('case 15: a log ratio of −13.93 and −10 at noise costs what float64 says', () => {
    for (const r of [-13.93, -10]) {
      const loss = binaryNceLoss(tf.tensor1d([100]), tf.tensor1d([r]))
      expectClose(loss, Math.log1p(Math.exp(r)), { absolute: 0, relative: 1e-5 })
    }
  })
  it('case 16: log ratios of ±1e4 have gradients of exactly 0 and 1, for ν from 1 to 1e6', () => {
    const data = tf.tensor1d([1e4, -1e4])
    const noise = tf.tensor1d([1e4, -1e4])
    for (const noiseRatio of [1, 1e6]) {
      const { value, grads } = tf.valueAndGrads((x, y) =>
        binaryNceLoss(x as tf.Tensor1D, y as tf.Tensor1D, { noiseRatio, reduction: 'mean' }),
      )([data, noise])
      const expected = binaryNce([1e4, -1e4], [1e4, -1e4], noiseRatio)
      expectClose(value, expected, { relative: 1e-6 })
      expectClose(grads[0], [0, -0.5], { absolute: 0, relative: 0 })
      expectClose(grads[1], [noiseRatio / 2, 0], { absolute: 0, relative: 0 })
    }
  })
  it('case 17: data where the noise has no density are refused with their row', () => {
    const infinite = tf.tensor1d([0, 1, Number.POSITIVE_INFINITY])
    expect(() => binaryNceLoss(infinite, tf.zeros([3]))).toThrow(
      /^binaryNceLoss: logRatioData\[2\] must be below ∞ \(the noise must have a density wherever there is data\), got Infinity$/,
    )
    expect(() => binaryNceLoss(tf.zeros([3]), infinite)).toThrow(RangeError)
  })
  it('case 18: adding c to f and to log Z leaves the loss, and moves the learned log Z by c', () => {
    const logRatio = (f: number, logPartition: number) =>
      tf.tensor1d(dataValues.map(r => r + f - logPartition))
    const noise = tf.tensor1d(noiseValues)
    expectClose(binaryNceLoss(logRatio(7, 7), noise), binaryNceLoss(logRatio(0, 0), noise), {
      relative: 1e-5,
    })
  })
  it('case 18: log Z of a Gaussian is recovered within 3 standard errors from ±50', () => {
    // p = N(0, 1) with f = −x²/2 known and log Z = ½ log 2π learned; noise N(0, 2²), ν = 1.
    const size = 2000
    const x = normalValues(11, size)
    const y = normalValues(12, size, 2)
    const logQ = (v: number) => -(v * v) / 8 - Math.log(2) - Math.log(2 * Math.PI) / 2
    const truth = Math.log(2 * Math.PI) / 2
    const f = (v: number) => -(v * v) / 2
    const data = tf.tensor1d(x.map(v => f(v) - logQ(v)))
    const noise = tf.tensor1d(y.map(v => f(v) - logQ(v)))
    const gradient = tf.grad(c => binaryNceLoss(tf.sub(data, c), tf.sub(noise, c)))
    // n·Var = 1/I − (1 + 1/ν), I = E_p[q/(p + q)] by quadrature.
    let information = 0
    for (let v = -10; v < 10; v += 0.01) {
      const [p, q] = [Math.exp(f(v) - truth), Math.exp(logQ(v))]
      information += (0.01 * p * q) / (p + q)
    }
    const standardError = Math.sqrt((1 / information - 2) / size)
    for (const start of [-50, 50]) {
      let c = start
      // The loss is convex in c with slope at most 1 and curvature at most ½: steps of 2 can't overshoot far.
      for (let step = 0; step < 80; step++) c -= 2 * tf.tidy(() => gradient(tf.scalar(c)).dataSync()[0])
      expect(Math.abs(c - truth)).toBeLessThan(3 * standardError)
    }
  })
  it('case 19: several data rows each have target 1, whatever their number', () => {
    // One row repeated costs what the row costs: no division by the number of right answers.
    const one = binaryNceLoss(tf.tensor1d([0.7]), tf.tensor1d([0.2]))
    const four = binaryNceLoss(tf.fill([4], 0.7), tf.fill([4], 0.2))
    expectClose(four, one)
  })
  it('case 13: a mean over 65,536 noise rows is accurate', () => {
    const noise = uniformValues(3, 65_536, -4, 4)
    const loss = binaryNceLoss(tf.tensor1d([0.5]), tf.tensor1d(noise), { noiseRatio: 1 })
    expectClose(loss, binaryNce([0.5], noise, 1), { absolute: 0, relative: 2e-6 })
  })
  it('gives 0 for no data and keeps no tensor over 200 steps', () => {
    expectClose(binaryNceLoss(tf.zeros([0]), tf.zeros([0])), 0)
    const [data, noise] = [tf.tensor1d(dataValues), tf.tensor1d(noiseValues)]
    const step = tf.grads((x, y) => binaryNceLoss(x as tf.Tensor1D, y as tf.Tensor1D))
    tf.dispose(step([data, noise]))
    const before = tf.memory().numTensors
    for (let i = 0; i < 200; i++) tf.dispose(step([data, noise]))
    expect(tf.memory().numTensors).toBe(before)
    expectNoLeak(() => binaryNceLoss(data, noise))
  })
  it('refuses what does not fit', () => {
    expect(() => binaryNceLoss(tf.zeros([4]), tf.zeros([6]))).toThrow(
      /logRatioNoise must be \[κ·4\] for a whole κ ≥ 1, got \[6\]/,
    )
    expect(() => binaryNceLoss(tf.zeros([4]), tf.zeros([0]))).toThrow(TypeError)
    expect(() => binaryNceLoss(tf.zeros([2]), tf.zeros([2]), { noiseRatio: 0 })).toThrow(
      /noiseRatio must be a finite number above 0, got 0/,
    )
    expect(() => binaryNceLoss(tf.zeros([2, 1]) as unknown as tf.Tensor1D, tf.zeros([2]))).toThrow(
      /logRatioData must be float32 \[n\]/,
    )
  })
})
