import {
  describeBackends,
  expectClose,
  expectDirectionalGradients,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { rowsOf, unitRows } from '@chiaro/test-kit/oracles/contrastive'
import { alignment as alignment64 } from '@chiaro/test-kit/oracles/pairwise-losses'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { alignment } from './alignment.ts'

const [n, d] = [5, 3]
const [xs, ys] = [normalValues(1, n * d), normalValues(2, n * d)]

describeBackends('alignment', () => {
  it.each([2, 1, 3.5])('equals float64 with its gradients for exponent %f', exponent => {
    for (const normalize of [true, false]) {
      const rows = (values: ArrayLike<number>) =>
        normalize ? unitRows(rowsOf(values, d)) : rowsOf(values, d)
      const f = (x: ArrayLike<number>, y: ArrayLike<number>) => alignment64(rows(x), rows(y), exponent)
      const { value, grads } = tf.valueAndGrads((x, y) =>
        alignment(x as tf.Tensor2D, y as tf.Tensor2D, { exponent, normalize }),
      )([tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [n, d])])
      expectClose(value, f(xs, ys))
      numericalGradient(f, [xs, ys]).forEach((expected, at) => {
        expectClose(grads[at], expected, { absolute: 5e-6, relative: 5e-5 })
      })
    }
  })
  it('is 2 for pairs at right angles, and for as many equal as opposite ones', () => {
    const x = tf.tensor2d([3, 0, 0, 5], [2, 2])
    expectClose(alignment(x, tf.reverse(x, 1)), 2)
    expectClose(alignment(x, tf.tensor2d([1, 0, 0, -2], [2, 2]), { reduction: 'none' }), [0, 4])
  })
  it('case 4, 8: equal rows give 0 with zero gradient, also where the distance is a square root', () => {
    const x = tf.tensor2d(xs, [n, d])
    for (const exponent of [0.5, 1, 2]) {
      const { value, grad } = tf.valueAndGrad(a => alignment(a as tf.Tensor2D, x, { exponent }))(x)
      expectClose(value, 0)
      expectClose(grad, tf.zeros([n, d]))
    }
  })
  it('case 5, 9: no pair gives 0; zero, tiny and huge vectors stay right', () => {
    const none = tf.zeros([0, 2]) as tf.Tensor2D
    expectClose(alignment(none, none), 0)
    const x = rowsOf([0, 0, 1e-23, 2e-23, 1e20, -3e20], 2)
    const y = tf.tensor2d([1, 0, 1, 2, 1, -3], [3, 2])
    expectClose(alignment(tf.tensor2d(x), y, { exponent: 1 }), 1 / 3)
    // Away from the pairs' own directions, where the length of a difference has no slope.
    expectDirectionalGradients(a => alignment(a, tf.reverse(y, 1), { exponent: 1 }), x)
  })
  it('leaks nothing', () => {
    const [x, y] = [tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [n, d])]
    expectNoLeak(() => alignment(x, y, { exponent: 1 }))
    expectNoLeak(() => tf.grad(a => alignment(a as tf.Tensor2D, y))(x))
  })
  it('names the argument that does not fit', () => {
    const x = tf.ones([2, 3]) as tf.Tensor2D
    expect(() => alignment(x, tf.ones([3, 3]))).toThrow(
      /alignment: y must be float32 \[2, 3\], as x, got float32 \[3, 3\]/,
    )
    expect(() => alignment(x, x, { exponent: 0 })).toThrow(/exponent must be a finite number above 0, got 0/)
  })
})
