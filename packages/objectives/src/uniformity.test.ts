import {
  describeBackends,
  expectClose,
  expectDirectionalGradients,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { rowsOf, unitRows } from '@chiaro/test-kit/oracles/contrastive'
import { uniformity as uniformity64 } from '@chiaro/test-kit/oracles/pairwise-losses'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { uniformity } from './uniformity.ts'

const [n, d] = [6, 3]
const values = normalValues(1, n * d)

describeBackends('uniformity', () => {
  it.each([
    [2, true],
    [0.7, true],
    [0.5, false],
  ])('equals float64 with its gradient at t = %f, normalize %s', (t, normalize) => {
    const f = (x: ArrayLike<number>) => uniformity64(normalize ? unitRows(rowsOf(x, d)) : rowsOf(x, d), t)
    const { value, grad } = tf.valueAndGrad(x => uniformity(x as tf.Tensor2D, { t, normalize }))(
      tf.tensor2d(values, [n, d]),
    )
    expectClose(value, f(values))
    expectClose(grad, numericalGradient(f, [values])[0], { absolute: 5e-6, relative: 5e-5 })
    expectClose(uniformity(tf.tensor2d(values, [n, d])), uniformity64(unitRows(rowsOf(values, d)), 2))
  })
  it('is −4 + log ₀F₁(; 1; 4) = −1.57503 on the circle', () => {
    // Equally spaced points integrate the circle exactly, each with itself counted: add that pair again.
    const count = 256
    const angles = Array.from({ length: count }, (_, i) => (2 * Math.PI * i) / count)
    const loss = uniformity(tf.tensor2d(angles.map(a => [Math.cos(a), Math.sin(a)]))).dataSync()[0]
    expect(Math.log(((count - 1) * Math.exp(loss) + 1) / count)).toBeCloseTo(-1.57503, 4)
  })
  it.each([
    [3, -2.07978],
    [8, -3.08253],
    [64, -3.87524],
  ])('is close to that of the uniform sphere for draws of it, d = %i', (width, published) => {
    const count = 1500
    const loss = uniformity(tf.tensor2d(normalValues(2, count * width), [count, width]))
    // A pair's exp(−2‖·‖²) deviates by under three times its mean, and 1.1 million pairs are uncorrelated.
    expectClose(loss, published, { absolute: (4 * 3) / Math.sqrt((count * (count - 1)) / 2) })
  })
  it('case 4, 8, 22: equal rows give 0, never above, though their d² rounds below 0; zero gradient', () => {
    for (let seed = 0; seed < 20; seed++) {
      const row = tf.tensor2d(normalValues(seed, 7), [1, 7])
      const same = tf.tile(row, [9, 1]) as tf.Tensor2D
      const { value, grad } = tf.valueAndGrad(x => uniformity(x as tf.Tensor2D))(same)
      expect(value.dataSync()[0]).toBeLessThanOrEqual(0)
      expectClose(value, 0, { absolute: 3e-6 })
      expectClose(grad, tf.zeros([9, 7]), { absolute: 1e-5 })
    }
  })
  it('case 1, 5: t = 1000 equals float64; one row, or none, has no pair and gives 0', () => {
    const x = tf.tensor2d([1, 0, 0, 1, -1, 0], [3, 2])
    // Two pairs at d² = 2, one at 4.
    expectClose(uniformity(x, { t: 1000 }), -2000 + Math.log(2 / 3))
    for (const size of [0, 1]) {
      const { value, grad } = tf.valueAndGrad(a => uniformity(a as tf.Tensor2D))(tf.ones([size, 2]))
      expectClose(value, 0)
      expectClose(grad, tf.zeros([size, 2]))
    }
  })
  it('case 9: zero, tiny and huge vectors stay right', () => {
    const x = rowsOf([0, 0, 1e-23, 2e-23, 1e20, -3e20, 1, 1], 2)
    expectClose(uniformity(tf.tensor2d(x)), uniformity64(unitRows(x), 2))
    expectDirectionalGradients(a => uniformity(a), x)
  })
  it('leaks nothing', () => {
    const x = tf.tensor2d(values, [n, d])
    expectNoLeak(() => uniformity(x))
    expectNoLeak(() => tf.grad(a => uniformity(a as tf.Tensor2D))(x))
  })
  it('names the argument that does not fit', () => {
    expect(() => uniformity(tf.ones([2, 3]), { t: -1 })).toThrow(
      /uniformity: t must be a finite number above 0, got -1/,
    )
    expect(() => uniformity(tf.ones([2, 3], 'int32'))).toThrow(/x must be float32 \[.*\], got int32/)
  })
})
