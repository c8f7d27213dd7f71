import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { rowsOf } from '@chiaro/test-kit/oracles/contrastive'
import { barlowTwins } from '@chiaro/test-kit/oracles/redundancy-reduction'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { barlowTwinsLoss } from './barlow-twins.ts'

const [n, d] = [7, 3]
const [xs, ys] = [normalValues(1, n * d), normalValues(2, n * d)]

describeBackends('barlowTwinsLoss', () => {
  it.each([0.0051, 0, 1])('equals float64 with its gradients for weight %f', weight => {
    const f = (x: ArrayLike<number>, y: ArrayLike<number>) => barlowTwins(rowsOf(x, d), rowsOf(y, d), weight)
    const { value, grads } = tf.valueAndGrads((x, y) =>
      barlowTwinsLoss(x as tf.Tensor2D, y as tf.Tensor2D, { offDiagonalWeight: weight }),
    )([tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [n, d])])
    expectClose(value, f(xs, ys))
    numericalGradient(f, [xs, ys]).forEach((expected, at) => {
      expectClose(grads[at], expected, { absolute: 5e-6, relative: 5e-5 })
    })
  })
  it('has weight 0.0051 by default, and neither offset nor size of a feature matters', () => {
    const [x, y] = [tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [n, d])]
    const expected = barlowTwins(rowsOf(xs, d), rowsOf(ys, d), 0.0051)
    expectClose(barlowTwinsLoss(x, y), expected)
    const moved = tf.add(tf.mul(x, tf.tensor1d([2, 30, 5])), 3) as tf.Tensor2D
    expectClose(barlowTwinsLoss(moved, y), expected, { relative: 1e-4 })
  })
  it('is 0 for equal views whose features are uncorrelated, and d(d − 1)λ for duplicate features', () => {
    const apart = tf.tensor2d([1, 1, 1, -1, -1, 1, -1, -1], [4, 2])
    expectClose(barlowTwinsLoss(apart, apart), 0)
    const same = tf.tile(tf.tensor2d([1, 1, -1, -1], [4, 1]), [1, 3]) as tf.Tensor2D
    expectClose(barlowTwinsLoss(same, same, { offDiagonalWeight: 0.5 }), 3, { relative: 5e-5 })
  })
  it('case 22: constant features cost 1 each and stay finite, as all do in a batch of one', () => {
    const f = (x: tf.Tensor, y: tf.Tensor) => barlowTwinsLoss(x as tf.Tensor2D, y as tf.Tensor2D)
    for (const size of [1, 9]) {
      // 0.1 nine times has a mean that is not quite 0.1.
      const constant = tf.fill([size, 4], 0.1)
      const { value, grads } = tf.valueAndGrads(f)([constant, constant])
      expectClose(value, 4)
      for (const grad of grads) expectClose(grad, tf.zeros([size, 4]), { absolute: 1e-3 })
    }
    const mixed = tf.tensor2d([5, 1, 5, -1, 5, 1, 5, -1], [4, 2])
    const { value, grads } = tf.valueAndGrads(f)([mixed, mixed])
    expectClose(value, 1)
    for (const grad of grads) expectClose(grad, tf.zeros([4, 2]), { absolute: 1e-3 })
  })
  it('case 5: no row gives 0', () => {
    const none = tf.zeros([0, 3]) as tf.Tensor2D
    const { value, grad } = tf.valueAndGrad(x => barlowTwinsLoss(x as tf.Tensor2D, none))(none)
    expectClose(value, 0)
    expect(grad.shape).toEqual([0, 3])
  })
  it('leaks nothing', () => {
    const [x, y] = [tf.tensor2d(xs, [n, d]), tf.tensor2d(ys, [n, d])]
    expectNoLeak(() => barlowTwinsLoss(x, y))
    expectNoLeak(() => tf.grads((a, b) => barlowTwinsLoss(a as tf.Tensor2D, b as tf.Tensor2D))([x, y]))
  })
  it('names the argument that does not fit', () => {
    const x = tf.ones([2, 3]) as tf.Tensor2D
    expect(() => barlowTwinsLoss(x, tf.ones([3, 3]))).toThrow(
      /barlowTwinsLoss: y must be float32 \[2, 3\], as x/,
    )
    expect(() => barlowTwinsLoss(x, x, { offDiagonalWeight: Number.NaN })).toThrow(
      /offDiagonalWeight must be a finite number of at least 0, got NaN/,
    )
  })
})
