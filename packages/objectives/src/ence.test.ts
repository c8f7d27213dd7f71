import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
  secondDerivative,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { binaryNceLoss } from './binary-nce.ts'
import { enceLoss } from './ence.ts'

const [n, perData] = [4, 3]
const dataValues = normalValues(1, n, 2)
const noiseValues = normalValues(2, n * perData, 2)

const mean = (values: ArrayLike<number>, of: (value: number) => number) =>
  Array.from(values).reduce((sum, value) => sum + of(value), 0) / values.length
const oracle = (data: ArrayLike<number>, noise: ArrayLike<number>) =>
  mean(data, r => Math.exp(-r / 2)) + mean(noise, r => Math.exp(r / 2))

/** Expected losses for data N(R, 1) and noise N(0, 1), with log ratio θx + c, by quadrature: as a function of (θ, c). */
function flatness(distance: number, rowsOf: typeof enceLoss) {
  const step = 0.05
  const grid = Array.from({ length: 561 }, (_, i) => distance / 2 + (i - 280) * step)
  const density = (center: number) =>
    tf.tensor1d(grid.map(x => (step * Math.exp(-((x - center) ** 2) / 2)) / Math.sqrt(2 * Math.PI)))
  const [ofData, ofNoise, x] = [density(distance), density(0), tf.tensor1d(grid)]
  // A log ratio of ±1e4 on the other side leaves one term alone, so that each can be weighed by itself.
  const away = tf.fill([grid.length], 1e4) as tf.Tensor1D
  return (parameters: tf.Tensor) => {
    const [slope, offset] = tf.unstack(parameters)
    const ratio = tf.add(tf.mul(x, slope), offset) as tf.Tensor1D
    const data = rowsOf(ratio, tf.neg(away), { reduction: 'none' })
    const noise = rowsOf(away, ratio, { reduction: 'none' })
    return tf.add(tf.sum(tf.mul(data, ofData)), tf.sum(tf.mul(noise, ofNoise)))
  }
}

function eigenvalues(hessian: (direction: tf.Tensor) => tf.Tensor): [number, number] {
  const [a, b] = hessian(tf.tensor1d([1, 0])).dataSync()
  const [, d] = hessian(tf.tensor1d([0, 1])).dataSync()
  const root = Math.hypot((a - d) / 2, b)
  return [(a + d) / 2 - root, (a + d) / 2 + root]
}

describeBackends('enceLoss', () => {
  it('equals float64 with its gradients, κ noise rows to each data row', () => {
    const { value, grads } = tf.valueAndGrads((d, y) => enceLoss(d as tf.Tensor1D, y as tf.Tensor1D))([
      tf.tensor1d(dataValues),
      tf.tensor1d(noiseValues),
    ])
    expectClose(value, oracle(dataValues, noiseValues))
    const expected = numericalGradient(oracle, [dataValues, noiseValues])
    expectClose(grads[0], expected[0])
    expectClose(grads[1], expected[1])
    const rows = enceLoss(tf.tensor1d(dataValues), tf.tensor1d(noiseValues), { reduction: 'none' })
    const own = (i: number) => noiseValues.slice(i * perData, (i + 1) * perData)
    expectClose(
      rows,
      Array.from(dataValues, (r, i) => oracle([r], own(i))),
    )
  })
  it('is 2 where noise and data are alike', () => {
    expectClose(enceLoss(tf.zeros([2]), tf.zeros([6])), 2)
  })
  it.each([
    [2, 6.85, 0.712633, 9.24],
    [4, 34, 0.120854, 87.5],
  ])(
    'at distance R = %i has minimum 2·exp(−R²/8) of condition %s, against binary NCE’s %s of %s',
    (distance, condition, logistic, logisticCondition) => {
      const truth = tf.tensor1d([distance, -(distance ** 2) / 2])
      const loss = flatness(distance, enceLoss)
      const { value, grad } = tf.valueAndGrad(loss)(truth)
      expectClose(value, 2 * Math.exp(-(distance ** 2) / 8), { absolute: 0, relative: 1e-4 })
      expectClose(grad, [0, 0], { absolute: 1e-5 })
      const [least, most] = eigenvalues(v => secondDerivative(loss, truth, v))
      expectClose(most / least, condition, { relative: 5e-3 })
      const nce = flatness(distance, binaryNceLoss as typeof enceLoss)
      expectClose(nce(truth), logistic, { relative: 1e-4 })
      const [flattest, steepest] = eigenvalues(v => secondDerivative(nce, truth, v))
      expectClose(steepest / flattest, logisticCondition, { relative: 5e-3 })
    },
  )
  it('recovers log Z: adding 7 to f is paid back by adding 7 to log Z', () => {
    const shifted = (by: number) => tf.tensor1d(dataValues.map(r => r + by))
    const noise = tf.tensor1d(noiseValues)
    const atShift = enceLoss(tf.sub(shifted(7), 7), tf.sub(tf.add(noise, 7), 7))
    expectClose(atShift, oracle(dataValues, noiseValues), { relative: 1e-5 })
    expectClose(
      enceLoss(shifted(7), tf.add(noise, 7)),
      oracle(
        shifted(7).dataSync(),
        noiseValues.map(r => r + 7),
      ),
    )
  })
  it('logarithm gives log L with the gradient ∇L/L, finite at log ratios of ±1e4 (case 16)', () => {
    const inputs = [tf.tensor1d(dataValues), tf.tensor1d(noiseValues)]
    const plain = tf.valueAndGrads((d, y) => enceLoss(d as tf.Tensor1D, y as tf.Tensor1D))(inputs)
    const logarithm = tf.valueAndGrads((d, y) =>
      enceLoss(d as tf.Tensor1D, y as tf.Tensor1D, { logarithm: true }),
    )
    const log = logarithm(inputs)
    expectClose(log.value, Math.log(oracle(dataValues, noiseValues)))
    for (const side of [0, 1]) expectClose(log.grads[side], tf.div(plain.grads[side], plain.value))
    // −r/2 = 5000 on one row of two outweighs all else: log(½·e⁵⁰⁰⁰) and a slope of −½ there.
    const far = logarithm([tf.tensor1d([1e4, -1e4]), tf.tensor1d([0, -1e4])])
    expectClose(far.value, 5000 - Math.log(2))
    expectClose(far.grads[0], [0, -0.5])
    expectClose(far.grads[1], [0, 0])
  })
  it('refuses what overflows where it can see it, and says what does not', () => {
    const [near, far] = [tf.zeros([2]) as tf.Tensor1D, tf.tensor1d([0, -1e4])]
    expect(() => enceLoss(far, near)).toThrow(
      /^enceLoss: logRatioData\[1\] must be −177.4 or more .*logarithm: true does not\), got -10000$/,
    )
    expect(() => enceLoss(near, tf.neg(far))).toThrow(RangeError)
    // The other sides vanish instead: e⁻⁵⁰⁰⁰ is 0.
    expectClose(enceLoss(tf.neg(far), far), 1)
    for (const [data, noise] of [
      [-177.4, -1e4],
      [1e4, 177.4],
    ]) {
      expectClose(enceLoss(tf.tensor1d([data]), tf.tensor1d([noise])), Math.exp(177.4 / 2), {
        relative: 1e-5,
      })
    }
    expect(() => enceLoss(tf.tensor1d([-177.5]), tf.zeros([1]))).toThrow(RangeError)
    expect(() => enceLoss(tf.zeros([1]), tf.tensor1d([177.5]))).toThrow(RangeError)
  })
  it('case 17: data where the noise has no density are refused with their row', () => {
    const infinite = tf.tensor1d([0, Number.POSITIVE_INFINITY])
    for (const logarithm of [false, true]) {
      expect(() => enceLoss(infinite, tf.zeros([2]), { logarithm })).toThrow(
        /logRatioData\[1\] must be .*finite/,
      )
    }
  })
  it('gives 0 for no data, keeps no tensor and refuses what does not fit', () => {
    expectClose(enceLoss(tf.zeros([0]), tf.zeros([0])), 0)
    const [data, noise] = [tf.tensor1d(dataValues), tf.tensor1d(noiseValues)]
    expectNoLeak(() => enceLoss(data, noise))
    expectNoLeak(() => enceLoss(data, noise, { logarithm: true }))
    expect(() => enceLoss(data, tf.zeros([6]))).toThrow(/logRatioNoise must be \[κ·4\] for a whole κ ≥ 1/)
    expect(() => enceLoss(data, noise, { logarithm: true, reduction: 'none' })).toThrow(
      /logarithm needs reduction 'mean', got 'none'/,
    )
  })
})
