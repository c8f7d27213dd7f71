import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import {
  infoNceRows,
  meanOfCounted,
  pairLogits,
  rowsOf,
  unitRows,
} from '@chiaro/test-kit/oracles/contrastive'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { ntXentLoss } from './nt-xent.ts'
import { supConLoss } from './sup-con.ts'

const [n, d] = [7, 3]
const values = normalValues(1, n * d)
const labels = [0, 1, 0, 2, 1, 0, 5]

function oracleRows(x: ArrayLike<number>, scale: number): (number | undefined)[] {
  const z = unitRows(rowsOf(x, d))
  return infoNceRows(pairLogits(z, z, scale), {
    positives: i => labels.flatMap((label, j) => (j !== i && label === labels[i] ? [j] : [])),
    takesPart: (i, j) => i !== j,
  })
}

describeBackends('supConLoss', () => {
  it('equals float64 with its gradients, for embeddings and scale', () => {
    const f = (x: ArrayLike<number>, s: ArrayLike<number>) => meanOfCounted(oracleRows(x, s[0]))
    const { value, grads } = tf.valueAndGrads((x, s) =>
      supConLoss(x as tf.Tensor2D, labels, { logitScale: s }),
    )([tf.tensor2d(values, [n, d]), tf.scalar(4)])
    expectClose(value, f(values, [4]))
    numericalGradient(f, [values, [4]]).forEach((expected, at) => {
      expectClose(grads[at], expected, { absolute: 2e-6, relative: 2e-5 })
    })
  })
  it('has temperature 0.1 by default, and takes labels as arrays or tensors', () => {
    const z = tf.tensor2d(values, [n, d])
    const expected = meanOfCounted(oracleRows(values, 10))
    expectClose(supConLoss(z, labels), expected)
    expectClose(supConLoss(z, Int32Array.from(labels)), expected)
    expectClose(supConLoss(z, tf.tensor1d(labels, 'int32'), { temperature: 0.1 }), expected)
  })
  it('case 5: an anchor alone in its class gives 0 and leaves the mean; no positives at all give 0', () => {
    const z = tf.tensor2d(values, [n, d])
    const rows = oracleRows(values, 10)
    expect(rows[3]).toBeUndefined()
    expectClose(
      supConLoss(z, labels, { reduction: 'none' }),
      rows.map(row => row ?? 0),
    )
    const alone = tf.valueAndGrad(x => supConLoss(x as tf.Tensor2D, [0, 1, 2, 3, 4, 5, 6]))(z)
    expectClose(alone.value, 0)
    expectClose(alone.grad, tf.zeros([n, d]))
    for (const size of [0, 1]) {
      const one = tf.valueAndGrad(x => supConLoss(x as tf.Tensor2D, new Int32Array(size)))(tf.ones([size, 2]))
      expectClose(one.value, 0)
      expectClose(one.grad, tf.zeros([size, 2]))
    }
  })
  it('case 4: all embeddings equal give log(n − 1) with zero gradient', () => {
    const { value, grad } = tf.valueAndGrad(x => supConLoss(x as tf.Tensor2D, labels))(tf.ones([n, d]))
    expectClose(value, Math.log(n - 1))
    expectClose(grad, tf.zeros([n, d]))
  })
  it('case 1: logits of ±1000 equal float64', () => {
    const loss = supConLoss(tf.tensor2d(values, [n, d]), labels, { logitScale: 1000 })
    expectClose(loss, meanOfCounted(oracleRows(values, 1000)), { absolute: 1e-3, relative: 1e-5 })
  })
  it('case 2: opposite members of a class cost 2/τ, however small τ', () => {
    const z = tf.tensor2d([1, 0, -1, 0, 1, 0], [3, 2])
    expectClose(supConLoss(z, [0, 0, 1], { temperature: 0.01, reduction: 'none' }), [200, Math.log(2), 0])
  })
  it('case 3: a nearly perfect class keeps the digits of its tiny loss', () => {
    const z = tf.tensor2d([1, 0, 1, 0, -1, 0], [3, 2])
    const loss = supConLoss(z, [0, 0, 1], { logitScale: 20 })
    expectClose(loss, Math.log1p(Math.exp(-40)), { absolute: 0, relative: 1e-5 })
  })
  it('case 10: is NT-Xent of two or three views where each sample is its own class', () => {
    for (const count of [2, 3]) {
      const views = tf.split(tf.tensor2d(normalValues(2, count * 12), [count * 4, 3]), count) as tf.Tensor2D[]
      const own = Array.from({ length: count * 4 }, (_, i) => i % 4)
      expectClose(supConLoss(tf.concat(views), own), ntXentLoss(views))
    }
  })
  it('leaks nothing', () => {
    const z = tf.tensor2d(values, [n, d])
    expectNoLeak(() => supConLoss(z, labels))
    expectNoLeak(() => tf.grad(x => supConLoss(x as tf.Tensor2D, labels))(z))
  })
  it('names the argument that does not fit', () => {
    const z = tf.tensor2d(values, [n, d])
    expect(() => supConLoss(z, [0, 1])).toThrow(/supConLoss: labels must be of length 7/)
    expect(() => supConLoss(z, [0, 1, 0.5, 1, 1, 1, 1])).toThrow(/labels\[2\] must be an integer, got 0\.5/)
    expect(() => supConLoss(z, tf.zeros([n]))).toThrow(/labels must be int32 \[.*\], got float32/)
    expect(() => supConLoss(z, labels, { temperature: 0 })).toThrow(
      /supConLoss: temperature must be a finite number above 0/,
    )
    expect(() => supConLoss(z, labels, { temperature: 1, logitScale: 1 })).toThrow(/exclude each other/)
  })
})
