import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { embeddingBag } from './embedding-bag.ts'
import './gradients/register-gradients.ts'

/** The equation and its derivatives, in float64. */
function reference(
  table: ArrayLike<number>,
  width: number,
  ids: number[][],
  weights: ArrayLike<number>,
  dy: ArrayLike<number>,
) {
  const out = new Float64Array(ids.length * width)
  const tableGradient = new Float64Array(table.length)
  const weightsGradient = new Float64Array(weights.length)
  ids.forEach((row, b) => {
    row.forEach((id, l) => {
      for (let d = 0; d < width; d++) {
        const weight = weights[b * row.length + l]
        out[b * width + d] += weight * table[id * width + d]
        tableGradient[id * width + d] += weight * dy[b * width + d]
        weightsGradient[b * row.length + l] += table[id * width + d] * dy[b * width + d]
      }
    })
  })
  return { out, tableGradient, weightsGradient }
}

describeBackends('embeddingBag', () => {
  it.each([
    [5, 1, 1, 1],
    [9, 7, 3, 4],
    [40, 32, 8, 11],
    [3, 5, 2, 0],
  ])('equals its equation and derivatives: %i rows of %i, %i texts of %i', (rows, width, batch, length) => {
    const table = normalValues(1, rows * width)
    const weights = normalValues(2, batch * length)
    const dy = normalValues(3, batch * width)
    // Repeated ids within and across texts, so that a gradient that overwrites instead of adding is caught.
    const ids = Array.from({ length: batch }, (_, b) =>
      Array.from({ length }, (_, l) => (b + 2 * l * l) % rows),
    )
    const expected = reference(table, width, ids, weights, dy)
    const tensors = [tf.tensor2d(table, [rows, width]), tf.tensor2d(weights, [batch, length])]
    const idTensor = tf.tensor2d(ids.flat(), [batch, length], 'int32')
    const f = (t: tf.Tensor, w: tf.Tensor) => embeddingBag(t as tf.Tensor2D, idTensor, w as tf.Tensor2D)
    expectClose(f(tensors[0], tensors[1]), expected.out)
    const [tableGradient, weightsGradient] = tf.grads(f)(tensors, tf.tensor2d(dy, [batch, width]))
    expectClose(tableGradient, expected.tableGradient)
    expectClose(weightsGradient, expected.weightsGradient)
  })

  it('has second derivatives', () => {
    // f = Σ (w·table[id])², one entry: ∂²f/∂table∂w = 4·w·table; with w = 2, table = 3: 24.
    const ids = tf.tensor2d([0], [1, 1], 'int32')
    const f = (t: tf.Tensor, w: tf.Tensor) =>
      tf.sum(tf.square(embeddingBag(t as tf.Tensor2D, ids, w as tf.Tensor2D)))
    const table = tf.tensor2d([3], [1, 1])
    const mixed = tf.grad(w => tf.sum(tf.grad(t => f(t, w))(table)))(tf.tensor2d([2], [1, 1]))
    expectClose(mixed, [24])
  })

  it('leaks nothing', async () => {
    const table = tf.variable(tf.ones([4, 3]) as tf.Tensor2D)
    const ids = tf.tensor2d([1, 2, 3, 0], [2, 2], 'int32')
    await expectNoLeak(() =>
      tf.dispose(
        tf.variableGrads(() => tf.sum(embeddingBag(table, ids, tf.ones([2, 2]))) as tf.Scalar, [table]),
      ),
    )
    table.dispose()
  })

  it('names the argument of a wrong shape or dtype', () => {
    const table = tf.zeros([4, 3]) as tf.Tensor2D
    const ids = tf.zeros([2, 2], 'int32') as tf.Tensor2D
    expect(() => embeddingBag(table, tf.zeros([2, 2]), tf.zeros([2, 2]))).toThrow(
      /ids must be int32 \[batch, length\], got float32 \[2, 2\]/,
    )
    expect(() => embeddingBag(table, ids, tf.zeros([2, 3]))).toThrow(
      /weights must be float32 \[2, 2\], got float32 \[2, 3\]/,
    )
  })
})
