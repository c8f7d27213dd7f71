import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { logSumExp as logSumExp64 } from '@chiaro/test-kit/oracles/log-sum-exp'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { l2Normalize, log1p, logSigmoid, logSumExp, softplus, stopGradient } from '../index.ts'

const infinity = Number.POSITIVE_INFINITY

/** d²(Σ f)/dx² in the direction v: the gradient of ⟨f′(x), v⟩. */
function secondDerivative(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, v: tf.Tensor): tf.Tensor {
  return tf.grad(a => tf.sum(tf.mul(v, tf.grad(b => tf.sum(f(b)))(a))))(x)
}

describeBackends('log1p', () => {
  it('keeps small arguments (wasm’s own rounds 1e-8 to 0)', () => {
    const x = [0, 1e-30, 1e-8, 4.54e-5, 1e-3, 0.3, 1, 1e4, 3e38]
    expectClose(log1p(tf.tensor1d(x)), x.map(Math.log1p), { absolute: 0, relative: 3e-7 })
    expectClose(log1p(tf.tensor1d([infinity])), [infinity])
    expectClose(tf.grad(log1p)(tf.tensor1d([0, 1, 1e-8])), [1, 0.5, 1])
  })
})

describeBackends('softplus', () => {
  it('case 15: equals float64 from −100 to 1e4 relative to itself, where log(exp(x) + 1) fails', () => {
    const x = [-80, -20, -13.93, -10, -1, -1e-3, 0, 0.5, 13.93, 88, 1000, 1e4]
    const expected = x.map(v => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))))
    expectClose(softplus(tf.tensor1d(x)), expected, { absolute: 0, relative: 2e-6 })
  })
  it('case 16: at ±1e4 is 0 and x, with gradients of exactly 0 and 1', () => {
    const x = tf.tensor1d([-1e4, 1e4])
    expect(Array.from(softplus(x).dataSync())).toEqual([0, 1e4])
    expect(Array.from(tf.grad(softplus)(x).dataSync())).toEqual([0, 1])
  })
  it('has sigmoid for gradient and σ(1 − σ) for second derivative', () => {
    const values = [-6, -1, 0, 0.3, 5]
    const sigmoid = values.map(v => 1 / (1 + Math.exp(-v)))
    const x = tf.tensor1d(values)
    expectClose(tf.grad(softplus)(x), sigmoid)
    expectClose(
      secondDerivative(softplus, x, tf.onesLike(x)),
      sigmoid.map(s => s * (1 - s)),
    )
  })
})

describeBackends('logSigmoid', () => {
  it('is −log(1 + e⁻ˣ) and its gradient σ(−x)', () => {
    const values = [-1e4, -10, 0, 10, 60]
    const x = tf.tensor1d(values)
    const expected = values.map(v => Math.min(v, 0) - Math.log1p(Math.exp(-Math.abs(v))))
    expectClose(logSigmoid(x), expected, { absolute: 0, relative: 2e-6 })
    expectClose(
      tf.grad(logSigmoid)(x),
      values.map(v => 1 / (1 + Math.exp(v))),
    )
  })
})

describeBackends('logSumExp', () => {
  const rows = [
    [1, -2, 0.5],
    [1000, 999, -1000],
    [-1000, -1001, -1000],
    [7, 7, 7],
  ]
  it('equals the float64 oracle, by rows and in all, kept or dropped', () => {
    const x = tf.tensor2d(rows)
    expectClose(logSumExp(x, 1), rows.map(logSumExp64))
    expectClose(logSumExp(x, -1, true), tf.tensor2d(rows.map(logSumExp64), [4, 1]))
    expectClose(logSumExp(x), logSumExp64(rows.flat()))
    expectClose(
      logSumExp(x, [0]),
      [0, 1, 2].map(j => logSumExp64(rows.map(row => row[j]))),
    )
  })
  it('case 5: of nothing is −∞ with zero gradient', () => {
    const x = tf.fill([2, 3], -infinity)
    expectClose(logSumExp(x, 1), [-infinity, -infinity])
    expectClose(tf.grad(a => logSumExp(a, 1))(x), tf.zeros([2, 3]))
    expectClose(logSumExp(tf.zeros([2, 0]), 1), [-infinity, -infinity])
    expect(tf.grad(a => logSumExp(a, 1))(tf.zeros([2, 0])).shape).toEqual([2, 0])
  })
  it('takes −∞ among finite terms and +∞', () => {
    const x = tf.tensor2d([
      [-infinity, 0, 0],
      [infinity, 0, infinity],
    ])
    expectClose(logSumExp(x, 1), [Math.log(2), infinity])
    expectClose(tf.grad(a => logSumExp(a, 1))(x), [0, 0.5, 0.5, 0.5, 0, 0.5])
  })
  it('case 8: shares the gradient among ties', () => {
    expectClose(tf.grad(a => logSumExp(a))(tf.tensor1d([3, 3, 3, 3])), [0.25, 0.25, 0.25, 0.25])
  })
  it('has softmax for gradient and diag(p) − ppᵀ for second derivative, and a third', () => {
    const values = [0.2, -1, 0.7, 2]
    const v = [1, -0.5, 0.3, 2]
    const x = tf.tensor1d(values)
    const total = logSumExp64(values)
    const p = values.map(value => Math.exp(value - total))
    const pv = p.reduce((sum, pi, i) => sum + pi * v[i], 0)
    expectClose(tf.grad(a => logSumExp(a))(x), p)
    expectClose(
      secondDerivative(a => logSumExp(a), x, tf.tensor1d(v)),
      p.map((pi, i) => pi * (v[i] - pv)),
    )
    const third = tf.grad(a =>
      tf.sum(tf.mul(tf.tensor1d(v), secondDerivative(logSumExp, a, tf.tensor1d(v)))),
    )(x)
    const [expected] = numericalGradient(
      a => {
        const t = logSumExp64(a)
        const q = Array.from(a, value => Math.exp(value - t))
        const qv = q.reduce((sum, qi, i) => sum + qi * v[i], 0)
        return q.reduce((sum, qi, i) => sum + v[i] * qi * (v[i] - qv), 0)
      },
      [values],
    )
    expectClose(third, expected)
  })
})

describeBackends('l2Normalize', () => {
  it('gives unit vectors along the axis asked for', () => {
    const x = tf.tensor2d([
      [3, 4],
      [-6, 8],
    ])
    expectClose(l2Normalize(x), [0.6, 0.8, -0.6, 0.8])
    expectClose(
      l2Normalize(x, 0),
      [3, 4, -6, 8].map((v, i) => v / Math.hypot(...(i % 2 ? [4, 8] : [3, 6]))),
    )
  })
  it.each([1, 1e-23, 1e20, 1e-38, 3e38])(
    'case 9: is exact for vectors of size %f, and so is its gradient',
    size => {
      const unscaled = [0.3, -0.8, 0.1, 1]
      const dy = [1, 2, -1, 0.5]
      const length = Math.hypot(...unscaled)
      const y = unscaled.map(v => v / length)
      const along = y.reduce((sum, yi, i) => sum + yi * dy[i], 0)
      const x = tf.tensor2d([unscaled.map(v => v * size)])
      expectClose(l2Normalize(x), y)
      const gradient = tf.grad(l2Normalize)(x, tf.tensor2d([dy]))
      const expected = y.map((yi, i) => (dy[i] - yi * along) / length / size)
      const representable = Math.abs(expected[0]) < 3e38 && Math.abs(expected[0]) > 1e-37
      if (representable) expectClose(gradient, expected, { absolute: 0, relative: 1e-5 })
      else expect(Array.from(gradient.dataSync()).some(Number.isNaN)).toBe(false)
    },
  )
  it('case 9: leaves zero vectors at zero with zero gradient, beside others', () => {
    const x = tf.tensor2d([
      [0, 0],
      [0, 2],
    ])
    expectClose(l2Normalize(x), [0, 0, 0, 1])
    expectClose(tf.grad(l2Normalize)(x, tf.ones([2, 2])), [0, 0, 0.5, 0])
    expectClose(tf.slice(secondDerivative(l2Normalize, x, tf.ones([2, 2])), [0, 0], [1, 2]), [0, 0])
  })
  it('case 8: ties in the largest magnitude do not matter', () => {
    const x = tf.tensor2d([[2, 2, -2]])
    const y = [1, 1, -1].map(v => v / Math.sqrt(3))
    const expected = y.map((yi, i) => ((i === 0 ? 1 : 0) - yi * y[0]) / Math.sqrt(12))
    expectClose(tf.grad(a => tf.sum(tf.mul(l2Normalize(a), tf.tensor2d([[1, 0, 0]]))))(x), expected)
  })
  it('has second derivatives', () => {
    const values = Array.from(normalValues(4, 3))
    const dy = [0.5, -1, 2]
    const direction = [1, 0.2, -0.7]
    const firstDerivative = (x: ArrayLike<number>) => {
      const length = Math.hypot(...Array.from(x))
      const along = dy.reduce((sum, d, i) => sum + (d * x[i]) / length, 0)
      return Array.from(x, (xi, i) => (dy[i] - (xi / length) * along) / length)
    }
    const [expected] = numericalGradient(
      x => firstDerivative(x).reduce((sum, g, i) => sum + g * direction[i], 0),
      [values],
    )
    const f = (x: tf.Tensor) => tf.mul(l2Normalize(x), tf.tensor1d(dy))
    expectClose(secondDerivative(f, tf.tensor1d(values), tf.tensor1d(direction)), expected, {
      relative: 1e-4,
    })
  })
})

describeBackends('stopGradient', () => {
  it('passes values and no gradient', () => {
    const x = tf.tensor1d([1, 2])
    expectClose(stopGradient(x), [1, 2])
    expectClose(tf.grad(a => tf.mul(a, stopGradient(a)))(x), [1, 2])
  })
})

describeBackends('numerics', () => {
  it('leak nothing', () => {
    expectNoLeak(() =>
      tf.tidy(() => {
        const x = tf.tensor2d([[1, 2, 3]])
        return [softplus(x), logSigmoid(x), logSumExp(x, 1), l2Normalize(x), tf.grad(a => logSumExp(a, 1))(x)]
      }),
    )
  })
})
