import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { softplus } from '@chiaro/test-kit/oracles/noise-contrastive'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { conditionalNceLoss } from './conditional-nce.ts'

const [n, draws] = [3, 4]
const forwardValues = normalValues(1, n * draws, 2)
const backwardValues = normalValues(2, n * draws, 2)

/** (2/κ) Σ softplus(backward − forward) a row, in float64. */
function rows(forward: ArrayLike<number>, backward: ArrayLike<number>): number[] {
  return Array.from({ length: n }, (_, i) => {
    let sum = 0
    for (let k = i * draws; k < (i + 1) * draws; k++) sum += softplus(backward[k] - forward[k])
    return (2 / draws) * sum
  })
}

/** The expected loss of f = −λx²/2 for data N(0, 1) and noise x + ε·N(0, 1), by quadrature over x and the noise. */
function gaussianLoss(deviation: number): number {
  const step = 0.05
  const grid = Array.from({ length: 241 }, (_, i) => (i - 120) * step)
  const pairs = grid.flatMap(x => grid.map(z => [x, x + deviation * z, Math.exp(-(x * x + z * z) / 2)]))
  const f = (x: number) => -(x * x) / 2
  const losses = conditionalNceLoss(
    tf.tensor1d(pairs.map(([x]) => f(x))),
    tf.tensor1d(pairs.map(([, y]) => f(y))),
    { reduction: 'none' },
  ).dataSync()
  return pairs.reduce((sum, [, , w], i) => sum + (losses[i] * w * step * step) / (2 * Math.PI), 0)
}

describeBackends('conditionalNceLoss', () => {
  it('equals float64 with its gradients, row by row and in the mean', () => {
    const mean = (f: ArrayLike<number>, b: ArrayLike<number>) => rows(f, b).reduce((sum, v) => sum + v, 0) / n
    const [forward, backward] = [
      tf.tensor2d(forwardValues, [n, draws]),
      tf.tensor2d(backwardValues, [n, draws]),
    ]
    const { value, grads } = tf.valueAndGrads((f, b) =>
      conditionalNceLoss(f as tf.Tensor2D, b as tf.Tensor2D),
    )([forward, backward])
    expectClose(value, mean(forwardValues, backwardValues))
    const expected = numericalGradient(mean, [forwardValues, backwardValues])
    expectClose(grads[0], expected[0])
    expectClose(grads[1], expected[1])
    const none = conditionalNceLoss(forward, backward, { reduction: 'none' })
    expectClose(none, rows(forwardValues, backwardValues))
  })
  it('takes one forward for all κ draws, flat or by row', () => {
    const forward = forwardValues.slice(0, n)
    const repeated = Array.from(backwardValues, (_, k) => forward[Math.floor(k / draws)])
    const expected = rows(repeated, backwardValues)
    for (const backward of [tf.tensor1d(backwardValues), tf.tensor2d(backwardValues, [n, draws])]) {
      expectClose(conditionalNceLoss(tf.tensor1d(forward), backward, { reduction: 'none' }), expected)
    }
  })
  it.each([
    [0.5, 1.32879],
    [1, 1.195992],
    [2, 0.908826],
    [3, 0.698298],
  ])('has its optimal loss on a Gaussian with noise of deviation %s: %s', (deviation, published) => {
    expectClose(gaussianLoss(deviation), published, { absolute: 2e-6 })
  })
  it('approaches 2 log 2 + (ε²/2)·J for small noise, J = −½ the score matching loss of N(0, 1)', () => {
    // The next term is of order ε⁴ = 1e-4.
    expectClose(gaussianLoss(0.1), 2 * Math.log(2) - (0.1 ** 2 / 2) * 0.5, { absolute: 5e-5 })
  })
  it('has f = log p + constant for optimum under unsymmetric noise, if its conditionals are counted', () => {
    const p = [0.5, 0.3, 0.2]
    const transition = [
      [0.1, 0.6, 0.3],
      [0.2, 0.5, 0.3],
      [0.7, 0.1, 0.2],
    ]
    const pairs = p.flatMap((_, x) => p.map((_, y) => [x, y]))
    const column = (side: 0 | 1) =>
      tf.tensor1d(
        pairs.map(pair => pair[side]),
        'int32',
      )
    const weights = tf.tensor1d(pairs.map(([x, y]) => p[x] * transition[x][y]))
    const logTo = tf.tensor1d(pairs.map(([x, y]) => Math.log(transition[x][y])))
    const logFrom = tf.tensor1d(pairs.map(([x, y]) => Math.log(transition[y][x])))
    const gradient = (counted: number) =>
      tf.grad(f => {
        const forward = tf.add(tf.gather(f, column(0)), tf.mul(logTo, counted)) as tf.Tensor1D
        const backward = tf.add(tf.gather(f, column(1)), tf.mul(logFrom, counted)) as tf.Tensor1D
        return tf.sum(tf.mul(conditionalNceLoss(forward, backward, { reduction: 'none' }), weights))
      })(tf.tensor1d(p.map(value => Math.log(value) + 3)))
    expectClose(gradient(1), [0, 0, 0], { absolute: 1e-6 })
    expect(Math.max(...gradient(0).dataSync())).toBeGreaterThan(0.05)
  })
  it('case 16: log densities that differ by ±1e4 cost 0 or 2e4, with gradients of exactly 0 and ±2', () => {
    const forward = tf.tensor1d([1e4, -1e4])
    const { value, grad } = tf.valueAndGrad(f =>
      tf.sum(conditionalNceLoss(f as tf.Tensor1D, tf.zeros([2]), { reduction: 'none' })),
    )(forward)
    expectClose(value, 2e4)
    expectClose(grad, [0, -2], { absolute: 0, relative: 0 })
  })
  it('gives 0 for no data and keeps no tensor', () => {
    expectClose(conditionalNceLoss(tf.zeros([0]), tf.zeros([0])), 0)
    const [forward, backward] = [tf.tensor1d(forwardValues), tf.tensor1d(backwardValues)]
    expectNoLeak(() => conditionalNceLoss(forward, backward))
    expectNoLeak(() =>
      tf.grads((f, b) => conditionalNceLoss(f as tf.Tensor1D, b as tf.Tensor1D))([forward, backward]),
    )
  })
  it('refuses what does not fit', () => {
    expect(() => conditionalNceLoss(tf.zeros([4]), tf.zeros([6]))).toThrow(
      /backward must be \[κ·4\] for a whole κ ≥ 1, got \[6\]/,
    )
    expect(() => conditionalNceLoss(tf.zeros([4]), tf.zeros([2, 8]))).toThrow(
      /backward must be float32 \[4, κ\], got float32 \[2, 8\]/,
    )
    expect(() => conditionalNceLoss(tf.zeros([2, 3]), tf.zeros([2, 4]))).toThrow(
      /forward must be \[2\] or \[2, 4\], got float32 \[2, 3\]/,
    )
    expect(() => conditionalNceLoss(tf.zeros([2], 'int32'), tf.zeros([2]))).toThrow(TypeError)
  })
})
