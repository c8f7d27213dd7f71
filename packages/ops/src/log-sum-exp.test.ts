import {
  describeBackends,
  expectClose,
  expectNoLeak,
  numericalGradient,
  secondDerivative,
} from '@chiaro/test-kit'
import { logSumExp as logSumExp64 } from '@chiaro/test-kit/oracles/log-sum-exp'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { logSumExp } from './index.ts'

const infinity = Number.POSITIVE_INFINITY

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
  it('leaks nothing', () => {
    const x = tf.tensor2d([[1, 2, 3]])
    expectNoLeak(() => logSumExp(x, 1))
    expectNoLeak(() => tf.grad(a => logSumExp(a, 1))(x))
  })
})
