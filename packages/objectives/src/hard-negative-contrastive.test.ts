import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { pairLogits, rowsOf, unitRows } from '@chiaro/test-kit/oracles/contrastive'
import { debiasedRows } from '@chiaro/test-kit/oracles/pairwise-losses'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { clampedRows } from './clamped-rows.ts'
import { debiasedContrastiveLoss } from './debiased-contrastive.ts'
import { type HardNegativeOptions, hardNegativeContrastiveLoss } from './hard-negative-contrastive.ts'

const [n, d] = [5, 3]
const values = normalValues(4, 2 * n * d)

function oracle(x: ArrayLike<number>, scale: number, beta: number, tauPlus: number) {
  const z = unitRows(rowsOf(x, d))
  return debiasedRows(pairLogits(z, z, scale), 2, { tauPlus, beta, scale })
}

function meanLoss(rows: readonly { readonly loss: number }[]): number {
  return rows.reduce((sum, row) => sum + row.loss, 0) / rows.length
}

function viewsOf(stacked: tf.Tensor): tf.Tensor2D[] {
  return tf.split(stacked, 2) as tf.Tensor2D[]
}

describeBackends('hardNegativeContrastiveLoss', () => {
  it.each([
    [1, 0.1],
    [0.5, 0],
    [2.5, 0.3],
  ])('equals float64 with its gradients, through the weights too: β = %f, τ⁺ = %f', (beta, tauPlus) => {
    const f = (x: ArrayLike<number>, s: ArrayLike<number>) => meanLoss(oracle(x, s[0], beta, tauPlus))
    const { value, grads } = tf.valueAndGrads((x, s) =>
      hardNegativeContrastiveLoss(viewsOf(x), { logitScale: s, beta, tauPlus }),
    )([tf.tensor2d(values, [2 * n, d]), tf.scalar(2)])
    expectClose(value, f(values, [2]))
    numericalGradient(f, [values, [2]]).forEach((expected, at) => {
      expectClose(grads[at], expected, { absolute: 1e-5, relative: 1e-4 })
    })
  })
  it('has β = 1, τ⁺ = 0.1 and temperature 0.1 by default, and is the debiased loss at β = 0', () => {
    const views = viewsOf(tf.tensor2d(values, [2 * n, d]))
    expectClose(hardNegativeContrastiveLoss(views), meanLoss(oracle(values, 10, 1, 0.1)), { relative: 1e-4 })
    expectClose(hardNegativeContrastiveLoss(views, { beta: 0 }), debiasedContrastiveLoss(views))
  })
  it('case 4: all embeddings equal weigh alike: log(2n − 1)', () => {
    const same = tf.ones([8, 4]) as tf.Tensor2D
    expectClose(hardNegativeContrastiveLoss([same, same], { beta: 3 }), Math.log(15))
  })
  it('case 1: (1 + β)/τ above 88 does not overflow', () => {
    // A positive at right angles, negatives at 1 and at 0: the hard one takes all the weight, N = 2.
    const [a, b] = [tf.tensor2d([1, 0, 1, 0], [2, 2]), tf.tensor2d([0, 1, 0, 1], [2, 2])]
    const { value, grad } = tf.valueAndGrad(s =>
      hardNegativeContrastiveLoss([a, b], { logitScale: s, beta: 2 }),
    )(tf.scalar(100))
    expectClose(value, 100 + Math.log(2) - Math.log(0.9))
    expectClose(grad, 1)
  })
  it('case 5: one sample, or none, has no negatives and gives 0', () => {
    for (const size of [0, 1]) {
      const view = tf.ones([size, d]) as tf.Tensor2D
      const { value, grad } = tf.valueAndGrad(x => hardNegativeContrastiveLoss([x as tf.Tensor2D, view]))(
        view,
      )
      expectClose(value, 0)
      expectClose(grad, tf.zeros([size, d]))
    }
  })
  it('case 21: clamped rows follow β', () => {
    const rows = oracle(values, 3, 1, 0.5)
    const told = clampedRows(viewsOf(tf.tensor2d(values, [2 * n, d])), {
      logitScale: 3,
      tauPlus: 0.5,
      beta: 1,
    })
    expectClose(
      tf.cast(told, 'float32'),
      rows.map(row => Number(row.clamped)),
    )
  })
  it('leaks nothing', () => {
    const views = viewsOf(tf.tensor2d(values, [2 * n, d]))
    expectNoLeak(() => hardNegativeContrastiveLoss(views))
    expectNoLeak(() => tf.grads((...x) => hardNegativeContrastiveLoss(x as tf.Tensor2D[]))(views))
  })
  it('names the argument that does not fit', () => {
    const view = tf.ones([2, 3]) as tf.Tensor2D
    const call = (options: HardNegativeOptions) => () => hardNegativeContrastiveLoss([view, view], options)
    expect(call({ beta: -1 })).toThrow(
      /hardNegativeContrastiveLoss: beta must be a finite number of at least 0, got -1/,
    )
    expect(call({ tauPlus: Number.NaN })).toThrow(/tauPlus must be a number of at least 0 and below 1/)
  })
})
