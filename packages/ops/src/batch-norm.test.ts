import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { batchNormInference, batchNormTraining } from './batch-norm.ts'
import './gradients/register-gradients.ts'

/** The equation of Ioffe & Szegedy's algorithm 1, in float64. */
function reference(
  x: ArrayLike<number>,
  scale: ArrayLike<number>,
  offset: ArrayLike<number>,
  epsilon: number,
  relu: boolean,
) {
  const channels = scale.length
  const rows = x.length / channels
  const mean = new Float64Array(channels)
  const variance = new Float64Array(channels)
  for (let i = 0; i < x.length; i++) mean[i % channels] += x[i] / rows
  for (let i = 0; i < x.length; i++) variance[i % channels] += (x[i] - mean[i % channels]) ** 2 / rows
  const y = Float64Array.from(x, (value, i) => {
    const c = i % channels
    const line = ((value - mean[c]) / Math.sqrt(variance[c] + epsilon)) * scale[c] + offset[c]
    return relu ? Math.max(line, 0) : line
  })
  return { y, mean, variance }
}

const cases = [
  [[3, 5], 'linear'],
  [[7, 4], 'relu'],
  [[2, 3, 3, 6], 'relu'],
  [[130, 9], 'linear'],
] as const

describeBackends('batchNormTraining', () => {
  it.each(cases)('equals its equation and its derivative on [%s], %s', (shape, activation) => {
    const channels = shape[shape.length - 1]
    const size = tf.util.sizeFromShape([...shape])
    // A mean far from zero: a variance by E[x²] − E[x]² would lose its digits.
    const x = normalValues(1, size).map(value => value + 30)
    const scale = normalValues(2, channels)
    const offset = normalValues(3, channels)
    const dy = normalValues(4, size)
    const tensors = [tf.tensor(x, [...shape]), tf.tensor1d(scale), tf.tensor1d(offset)]
    const f = (a: tf.Tensor, s: tf.Tensor, o: tf.Tensor) =>
      batchNormTraining(a, s as tf.Tensor1D, o as tf.Tensor1D, { epsilon: 1e-3, activation })
    const expected = reference(x, scale, offset, 1e-3, activation === 'relu')
    const { y, mean, variance } = f(tensors[0], tensors[1], tensors[2])
    expectClose(y, expected.y, { absolute: 2e-5, relative: 1e-4 })
    expectClose(mean, expected.mean)
    expectClose(variance, expected.variance, { absolute: 1e-5, relative: 1e-5 })
    const gradients = tf.grads((a, s, o) => f(a, s, o).y)(tensors, tf.tensor(dy, [...shape]))
    const numerical = numericalGradient(
      (a, s, o) =>
        reference(a, s, o, 1e-3, activation === 'relu').y.reduce((sum, value, i) => sum + value * dy[i], 0),
      [x, scale, offset],
      { eps: 1e-5 },
    )
    for (const [i, values] of numerical.entries()) {
      expectClose(gradients[i], values, { absolute: 1e-4, relative: 1e-3 })
    }
  })

  it('has second derivatives', () => {
    // L = Σ w·y(x); a gradient of a directional derivative against differences of the first gradient.
    const x = tf.tensor2d(normalValues(5, 8), [4, 2])
    const [scale, offset, w, v] = [
      [1.5, 0.5],
      [0, 1],
    ]
      .map(values => tf.tensor1d(values))
      .concat([6, 7].map(seed => tf.tensor2d(normalValues(seed, 8), [4, 2]) as unknown as tf.Tensor1D))
    const first = (at: tf.Tensor) =>
      tf.grad(a => tf.sum(tf.mul(w, batchNormTraining(a, scale, offset).y)))(at)
    const second = tf.grad(a => tf.sum(tf.mul(first(a), v)))(x)
    const h = 1e-2
    const along = tf.div(tf.sub(first(tf.add(x, tf.mul(v, h))), first(tf.sub(x, tf.mul(v, h)))), 2 * h)
    // The Hessian is symmetric: H·v is both.
    expectClose(second, Float64Array.from(along.dataSync()), { absolute: 5e-3, relative: 2e-2 })
  })

  it('leaks nothing, and names what does not fit', async () => {
    const x = tf.ones([4, 3])
    const scale = tf.ones([3]) as tf.Tensor1D
    await expectNoLeak(() => {
      tf.tidy(() => {
        tf.grad(a => batchNormTraining(a, scale, scale).y)(x)
      })
    })
    expect(() => batchNormTraining(x, tf.ones([2]), scale)).toThrow(
      /scale must be float32 \[3\], got float32 \[2\]/,
    )
    expect(() => batchNormTraining(tf.ones([0, 3]), scale, scale)).toThrow(/at least one row/)
  })

  it('over two ranks with the same rows is that of one, with twice the rows', () => {
    const sumOverRanks = (values: Float32Array) => values.map(value => 2 * value)
    const x = tf.tensor2d(normalValues(5, 28), [7, 4])
    const dy = tf.tensor2d(normalValues(6, 28), [7, 4])
    const [scale, offset] = [7, 8].map(seed => tf.tensor1d(normalValues(seed, 4)))
    const results = [undefined, sumOverRanks].map(sum => {
      const f = (a: tf.Tensor, s: tf.Tensor, o: tf.Tensor) =>
        batchNormTraining(a, s as tf.Tensor1D, o as tf.Tensor1D, { activation: 'relu', sumOverRanks: sum })
      const { y, mean, variance, rows } = f(x, scale, offset)
      const grads = tf.grads((a, s, o) => f(a, s, o).y)([x, scale, offset], dy)
      return { rows, tensors: [y, mean, variance, ...grads] }
    })
    expect(results.map(({ rows }) => rows)).toEqual([7, 14])
    results[1].tensors.forEach((tensor, i) => {
      expectClose(tensor, results[0].tensors[i], { absolute: 1e-6, relative: 1e-5 })
    })
    const twice = () =>
      tf.grad(a => tf.sum(tf.grad(b => batchNormTraining(b, scale, offset, { sumOverRanks }).y)(a)))(x)
    expect(twice).toThrow(/batchNormTraining: over ranks there are first derivatives only/)
  })
})

describeBackends('batchNormInference', () => {
  it.each(['linear', 'relu'] as const)('normalises by the statistics it is given, %s', activation => {
    const x = normalValues(8, 15)
    const on = (seed: number) => tf.tensor1d(normalValues(seed, 5).map(Math.abs))
    const [mean, variance, scale, offset] = [9, 10, 11, 12].map(on)
    const y = batchNormInference(tf.tensor2d(x, [3, 5]), mean, variance, scale, offset, { activation })
    const [m, v, s, o] = [mean, variance, scale, offset].map(tensor => tensor.dataSync())
    const expected = Float64Array.from(x, (value, i) => {
      const line = ((value - m[i % 5]) / Math.sqrt(v[i % 5] + 1e-5)) * s[i % 5] + o[i % 5]
      return activation === 'relu' ? Math.max(0, line) : line
    })
    expectClose(y, expected, { absolute: 1e-5, relative: 1e-5 })
  })
})
