import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { rowsOf } from '@chiaro/test-kit/oracles/contrastive'
import { vicReg } from '@chiaro/test-kit/oracles/redundancy-reduction'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type VicRegOptions, vicRegLoss } from './vic-reg.ts'

const [n, d] = [6, 3]
// Deviations on both sides of 1, so that the hinge is open in some columns and shut in others.
const xs = Float32Array.from(normalValues(1, n * d), (value, i) => value * [0.3, 0.8, 3][i % d])
const ys = Float32Array.from(normalValues(2, n * d), (value, i) => value * [0.5, 2.5, 0.2][i % d])

describeBackends('vicRegLoss', () => {
  it.each([
    { invariance: 25, variance: 25, covariance: 1 },
    { invariance: 1, variance: 0, covariance: 0 },
    { invariance: 0, variance: 1, covariance: 0 },
    { invariance: 0, variance: 0, covariance: 1 },
  ])('equals float64 with its gradients for weights %j', weights => {
    const f = (x: ArrayLike<number>, y: ArrayLike<number>) => vicReg(rowsOf(x, d), rowsOf(y, d), weights)
    const options = {
      invarianceWeight: weights.invariance,
      varianceWeight: weights.variance,
      covarianceWeight: weights.covariance,
    }
    const { value, grads } = tf.valueAndGrads((x, y) =>
      vicRegLoss(x as tf.Tensor2D, y as tf.Tensor2D, options),
    )([tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [n, d])])
    expectClose(value, f(xs, ys))
    numericalGradient(f, [xs, ys]).forEach((expected, at) => {
      expectClose(grads[at], expected, { absolute: 2e-5, relative: 2e-5 })
    })
  })
  it('has the weights 25, 25 and 1 by default', () => {
    const expected = vicReg(rowsOf(xs, d), rowsOf(ys, d), { invariance: 25, variance: 25, covariance: 1 })
    expectClose(vicRegLoss(tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [n, d])), expected)
  })
  it('case 22: collapsed embeddings cost 25·0.99 with zero gradient, and so does a batch of one', () => {
    for (const size of [1, 8]) {
      const same = tf.fill([size, 4], 0.3) as tf.Tensor2D
      const { value, grads } = tf.valueAndGrads((x, y) => vicRegLoss(x as tf.Tensor2D, y as tf.Tensor2D))([
        same,
        same,
      ])
      expectClose(value, 25 * 0.99)
      for (const grad of grads) expectClose(grad, tf.zeros([size, 4]), { absolute: 1e-4 })
    }
  })
  it('case 5: no row gives 0', () => {
    const none = tf.zeros([0, 3]) as tf.Tensor2D
    const { value, grad } = tf.valueAndGrad(x => vicRegLoss(x as tf.Tensor2D, none))(none)
    expectClose(value, 0)
    expect(grad.shape).toEqual([0, 3])
  })
  it('case 8: one feature has no covariance, duplicate features have all of it', () => {
    const one = tf.tensor2d([-1, 1], [2, 1])
    const two = tf.tensor2d([-1, -1, 1, 1], [2, 2])
    const only = { invarianceWeight: 0, varianceWeight: 0 }
    expectClose(vicRegLoss(one, one, only), 0)
    // Each view: 1/2·(2² + 2²), the covariance of (−1, 1) over n − 1 being 2.
    expectClose(vicRegLoss(two, two, only), 8)
  })
  it('case 13: a common offset of 1000 costs spreads few digits', () => {
    const spreadOnly = { invarianceWeight: 0 }
    const [x, y] = [tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [n, d])]
    const moved = vicRegLoss(tf.add(x, 1000), tf.add(y, 1000), spreadOnly)
    expectClose(moved, vicRegLoss(x, y, spreadOnly), { relative: 2e-3 })
  })
  it('leaks nothing', () => {
    const [x, y] = [tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [n, d])]
    expectNoLeak(() => vicRegLoss(x, y))
    expectNoLeak(() => tf.grads((a, b) => vicRegLoss(a as tf.Tensor2D, b as tf.Tensor2D))([x, y]))
  })
  it('names the argument that does not fit', () => {
    const x = tf.ones([2, 3]) as tf.Tensor2D
    const call = (options: VicRegOptions) => () => vicRegLoss(x, x, options)
    expect(() => vicRegLoss(x, tf.ones([2, 4]))).toThrow(
      /vicRegLoss: y must be float32 \[2, 3\], as x, got float32 \[2, 4\]/,
    )
    expect(call({ varianceWeight: -1 })).toThrow(
      /varianceWeight must be a finite number of at least 0, got -1/,
    )
  })
})
