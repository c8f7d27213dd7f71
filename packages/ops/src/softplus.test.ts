import { describeBackends, expectClose, expectNoLeak, secondDerivative } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { softplus } from './softplus.ts'
import './gradients/register-gradients.ts'

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
  it('at ±∞ is 0 and ∞, and a log ratio of −∞ has no gradient', () => {
    const x = tf.tensor1d([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
    expectClose(softplus(x), [0, Number.POSITIVE_INFINITY])
    expectClose(tf.grad(softplus)(x), [0, 1])
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
  it('leaks nothing', () => {
    const x = tf.tensor2d([[1, 2, 3]])
    expectNoLeak(() => softplus(x))
    expectNoLeak(() => tf.grad(a => softplus(a))(x))
  })
})
