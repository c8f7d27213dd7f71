import {
  describeBackends,
  expectClose,
  expectDirectionalGradients,
  expectNoLeak,
  meanOf,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { rowsOf, unitRows } from '@chiaro/test-kit/oracles/contrastive'
import { templateNameRows } from '@chiaro/test-kit/oracles/template-name'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { templateNameLoss } from './template-name.ts'

const [n, d] = [5, 3]
const [xs, ys] = [1, 2].map(seed => normalValues(seed, n * d))
const [x, y] = [xs, ys].map(values => () => tf.tensor2d(values, [n, d]))

describeBackends('templateNameLoss', () => {
  it.each([true, false])('equals float64 with its gradients, normalize %s', normalize => {
    const rows = (values: ArrayLike<number>) => (normalize ? unitRows(rowsOf(values, d)) : rowsOf(values, d))
    const f = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      meanOf(templateNameRows(rows(a), rows(b)), value => value)
    const loss = (a: tf.Tensor, b: tf.Tensor) => templateNameLoss(a, b, { normalize })
    const { value, grads } = tf.valueAndGrads(loss)([x(), y()])
    expectClose(value, f(xs, ys), { absolute: 5e-6 })
    for (const [side, slope] of numericalGradient(f, [xs, ys]).entries())
      expectClose(grads[side], slope, { absolute: 2e-5, relative: 1e-4 })
  })
  it("gives one value a row with reduction 'none', and their sum", () => {
    const rows = templateNameRows(unitRows(rowsOf(xs, d)), unitRows(rowsOf(ys, d)))
    expectClose(templateNameLoss(x(), y(), { reduction: 'none' }), rows, { absolute: 5e-6 })
    const sum = rows.reduce((total, value) => total + value, 0)
    expectClose(templateNameLoss(x(), y(), { reduction: 'sum' }), sum, { absolute: 2e-5 })
  })
  it('is −2 where pairs are equal and at right angles to all others, −1 where all rows are alike', () => {
    const axes = tf.tensor2d([2, 0, 0, 0, 0.1, 0, 0, 0, -7], [3, 3])
    expectClose(templateNameLoss(axes, axes), -2)
    const alike = tf.tile(tf.tensor2d(xs.slice(0, d), [1, d]), [4, 1])
    expectClose(templateNameLoss(alike, alike), -1)
  })
  it('gives 0 with zero gradient for no pair, and the first term alone for one', () => {
    const none = tf.valueAndGrad(a => templateNameLoss(a, tf.zeros([0, d])))(tf.zeros([0, d]))
    expectClose(none.value, 0)
    expect(none.grad.shape).toEqual([0, d])
    expectClose(templateNameLoss(tf.ones([1, d]), tf.ones([1, d])), -2)
  })
  it('case 9: zero, tiny and huge rows stay right', () => {
    const rows = rowsOf([0, 0, 1e-23, 2e-23, 1e20, -3e20, 1, 1], 2)
    const others = rowsOf([1, 0, 3e-23, 1e-23, 1e20, 1e20, 0, 2], 2)
    const expected = templateNameRows(unitRows(rows), unitRows(others))
    const [a, b] = [tf.tensor2d(rows), tf.tensor2d(others)]
    expectClose(templateNameLoss(a, b, { reduction: 'none' }), expected, { absolute: 5e-6 })
    expectDirectionalGradients((p, q) => templateNameLoss(p, q), rows, others)
  })
  it('leaks nothing', () => {
    const [a, b] = [x(), y()]
    expectNoLeak(() => templateNameLoss(a, b))
    expectNoLeak(() => tf.grads((p, q) => templateNameLoss(p, q))([a, b]))
  })
  it('names the argument that does not fit', () => {
    expect(() => templateNameLoss(x(), tf.zeros([n, d + 1]))).toThrow(/templateNameLoss: y must be/)
    expect(() => templateNameLoss(tf.zeros([n, d], 'int32'), y())).toThrow(/x must be float32/)
  })
})
