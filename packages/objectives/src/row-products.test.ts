import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { rowProducts } from './row-products.ts'

describeBackends('rowProducts', () => {
  const [n, d] = [5, 3]
  const [a, b, dy] = [normalValues(1, n * d), normalValues(2, n * d), normalValues(3, n)]
  const row = (values: Float32Array, i: number) => Array.from(values.subarray(i * d, (i + 1) * d))

  it('sums the products of each row, with the gradient of each factor', () => {
    const f = (x: tf.Tensor, y: tf.Tensor) => rowProducts(x as tf.Tensor2D, y as tf.Tensor2D)
    const inputs = [tf.tensor2d(a, [n, d]), tf.tensor2d(b, [n, d])]
    const { value, grads } = tf.valueAndGrads(f)(inputs, tf.tensor1d(dy))
    const sums = Array.from({ length: n }, (_, i) =>
      row(a, i).reduce((sum, factor, c) => sum + factor * b[i * d + c], 0),
    )
    expectClose(value, sums)
    for (const [gradient, other] of [
      [grads[0], b],
      [grads[1], a],
    ] as const) {
      expectClose(
        gradient,
        Array.from(dy).flatMap((g, i) => row(other, i).map(factor => g * factor)),
      )
    }
  })

  it('has second derivatives: those of (a·b)² for a are 2·b bᵀ', () => {
    const y = tf.tensor2d([[2, -3]])
    const square = (x: tf.Tensor) => tf.sum(tf.square(rowProducts(x as tf.Tensor2D, y))) as tf.Scalar
    const hessianRow = (c: number) =>
      tf.grad(x => tf.sum(tf.slice(tf.grad(square)(x), [0, c], [1, 1])))(tf.tensor2d([[0.5, 1]]))
    expectClose(hessianRow(0), [8, -12])
    expectClose(hessianRow(1), [-12, 18])
  })

  it('keeps no products for its gradient', () => {
    const inputs = [tf.ones([64, 32]), tf.ones([64, 32])]
    const before = tf.memory().numDataBuffers
    let during = 0
    tf.dispose(
      tf.grads((x, y) => {
        const products = rowProducts(x as tf.Tensor2D, y as tf.Tensor2D)
        during = tf.memory().numDataBuffers - before
        return tf.sum(products)
      })(inputs),
    )
    // The sums.
    expect(during).toBe(1)
    tf.dispose(inputs)
  })
})
