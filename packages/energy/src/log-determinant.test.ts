import { describeBackends, expectClose, expectNoLeak, secondDerivative } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { inverse, logAbsDeterminant } from './log-determinant.ts'

// det = −3; the first pivot is 0, so that rows must change places.
const matrix = [
  [0, 1, 2],
  [1, 0, 1],
  [2, 1, 1],
]
const inverted = [-1 / 3, 1 / 3, 1 / 3, 1 / 3, -4 / 3, 2 / 3, 1 / 3, 2 / 3, -1 / 3]

describeBackends('logAbsDeterminant', () => {
  it('is log|det|, with the inverse beside it', () => {
    expectClose(logAbsDeterminant(tf.tensor2d(matrix)), Math.log(3))
    expectClose(inverse(tf.tensor2d(matrix)), inverted)
    expectClose(logAbsDeterminant(tf.zeros([2, 2])), Number.NEGATIVE_INFINITY)
  })
  it('has the gradient W⁻ᵀ and the curvature −tr(W⁻¹V W⁻¹V)', () => {
    const W = tf.tensor2d(matrix)
    const f = (at: tf.Tensor) => logAbsDeterminant(at as tf.Tensor2D)
    expectClose(tf.grad(f)(W), tf.transpose(tf.tensor2d(inverted, [3, 3])))
    const V = tf.tensor2d([1, -2, 0.5, 0, 1, 3, -1, 2, 1], [3, 3])
    const step = tf.matMul(tf.tensor2d(inverted, [3, 3]), V)
    const expected = tf.neg(tf.sum(tf.mul(step, tf.transpose(step))))
    expectClose(tf.sum(tf.mul(secondDerivative(f, W, V), V)), expected)
  })
  it('keeps no tensor', () => {
    const W = tf.tensor2d(matrix)
    expectNoLeak(() => tf.grad(at => logAbsDeterminant(at as tf.Tensor2D))(W))
  })
})
