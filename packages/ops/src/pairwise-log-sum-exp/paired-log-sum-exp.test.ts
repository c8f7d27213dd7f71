import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { pairwiseLogSumExp64 } from '@chiaro/test-kit/oracles/pairwise-log-sum-exp'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { pairedLogSumExp } from './paired-log-sum-exp.ts'
import { pairwiseLogSumExp } from './pairwise-log-sum-exp.ts'
import '../gradients/register-gradients.ts'

const [n, d] = [9, 4]
const queries = Array.from(normalValues(6, n * d))
const keys = Array.from(normalValues(2, n * d))

/** Rows, then columns, in float64 by the definition. */
function reference(q: ArrayLike<number>, k: ArrayLike<number>, scale: number): number[] {
  const own = Array.from({ length: n }, (_, i) => {
    let dot = 0
    for (let c = 0; c < d; c++) dot += q[i * d + c] * k[i * d + c]
    return scale * dot
  })
  const { rows, columns } = pairwiseLogSumExp64(q, k, d, {
    scale,
    rowOffset: own,
    columnOffset: own,
    takesPart: (i, j) => i !== j,
  })
  return [...rows, ...columns]
}

const factors = Array.from({ length: 2 * n }, (_, i) => 1 + (i % 3))

describeBackends('pairedLogSumExp', () => {
  it('equals float64 loops, and so do its gradients', () => {
    const f = (q: tf.Tensor, k: tf.Tensor, scale: tf.Tensor) => {
      const { rows, columns } = pairedLogSumExp(q as tf.Tensor2D, k as tf.Tensor2D, { scale })
      return tf.concat([rows, columns])
    }
    const all = [tf.tensor2d(queries, [n, d]), tf.tensor2d(keys, [n, d]), tf.scalar(1.3)] as const
    expectClose(f(...all), reference(queries, keys, 1.3))
    const weighted = (values: number[]) => values.reduce((sum, value, i) => sum + factors[i] * value, 0)
    const numerical = numericalGradient(
      (q, k, scale) => weighted(reference(q, k, scale[0])),
      [queries, keys, [1.3]],
    )
    const loss = (q: tf.Tensor, k: tf.Tensor, scale: tf.Tensor) =>
      tf.sum(tf.mul(f(q, k, scale), tf.tensor1d(factors))) as tf.Scalar
    const gradients = tf.grads((...of) => loss(of[0], of[1], of[2]))
    gradients([...all]).forEach((gradient, at) => {
      expectClose(gradient, numerical[at], { absolute: 3e-5, relative: 2e-5, what: `gradient ${at}` })
    })
    // Within two gradients the whole matrix is composed; its first derivatives are the same.
    const doubled = tf.grad(x => {
      const inner = tf.grads((...of) => tf.mul(x, loss(of[0], of[1], of[2])))([...all])
      return tf.sum(inner[0])
    })(tf.scalar(1))
    expectClose(doubled, [numerical[0].reduce((sum, value) => sum + value, 0)], { relative: 1e-4 })
  })

  it('is the general one with the pairs left out and their logits as offsets, over several tiles too', () => {
    const [x, y] = [7, 8].map(seed => tf.tensor2d(normalValues(seed, 700 * 2), [700, 2]))
    const general = (q: tf.Tensor, k: tf.Tensor) => {
      const own = tf.sum(tf.mul(q, k), 1) as tf.Tensor1D
      const offsets = { rowOffset: own, columnOffset: own, mask: { excludeSelf: true } }
      return pairwiseLogSumExp(q as tf.Tensor2D, k as tf.Tensor2D, { ...offsets, columns: true })
    }
    const paired = (q: tf.Tensor, k: tf.Tensor) => pairedLogSumExp(q as tf.Tensor2D, k as tf.Tensor2D)
    const [first, second] = [paired, general].map(f => {
      const both = (q: tf.Tensor, k: tf.Tensor) => tf.concat(Object.values(f(q, k)))
      return [both(x, y), ...tf.grads((q, k) => tf.sum(both(q, k)))([x, y])]
    })
    first.forEach((tensor, at) => {
      expectClose(tensor, second[at].dataSync(), { absolute: 1e-4, relative: 1e-5, what: `tensor ${at}` })
    })
  })

  it('has a scale that is a number, and leaves nothing behind', () => {
    const [q, k] = [tf.tensor2d(queries, [n, d]), tf.tensor2d(keys, [n, d])]
    const { rows, columns } = pairedLogSumExp(q, k, { scale: 0.7 })
    expectClose(tf.concat([rows, columns]), reference(queries, keys, 0.7))
    expectNoLeak(() => Object.values(pairedLogSumExp(q, k, { scale: 0.7 })))
  })

  it('is −∞ for one pair, and nothing for none', () => {
    const one = tf.ones<tf.Rank.R2>([1, d])
    expectClose(pairedLogSumExp(one, one).rows, [Number.NEGATIVE_INFINITY])
    const none = tf.zeros<tf.Rank.R2>([0, d])
    expect(pairedLogSumExp(none, none).columns.shape).toEqual([0])
  })

  it('refuses keys of another count', () => {
    const [q, k] = [tf.zeros<tf.Rank.R2>([n, d]), tf.zeros<tf.Rank.R2>([n + 1, d])]
    expect(() => pairedLogSumExp(q, k)).toThrow(
      'pairedLogSumExp: keys must be float32 [9, 4], as queries, got float32 [10, 4]',
    )
  })
})
