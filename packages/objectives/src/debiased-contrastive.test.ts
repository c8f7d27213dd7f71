import {
  describeBackends,
  expectClose,
  expectDirectionalGradients,
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
import { ntXentLoss } from './nt-xent.ts'

const d = 3

function oracle(x: ArrayLike<number>, views: number, scale: number, tauPlus: number) {
  const z = unitRows(rowsOf(x, d))
  return debiasedRows(pairLogits(z, z, scale), views, { tauPlus, scale })
}

function meanLoss(rows: readonly { readonly loss: number }[]): number {
  return rows.reduce((sum, row) => sum + row.loss, 0) / rows.length
}

function viewsOf(stacked: tf.Tensor, count: number): tf.Tensor2D[] {
  return tf.split(stacked, count) as tf.Tensor2D[]
}

describeBackends('debiasedContrastiveLoss', () => {
  it.each([
    [2, 5, 0.1],
    [2, 5, 0],
    [2, 6, 0.4],
    [3, 4, 0.1],
  ])('case 10: equals float64 with its gradients: %i views of %i samples, τ⁺ = %f', (views, n, tauPlus) => {
    const values = normalValues(10 * views + n, views * n * d)
    const f = (x: ArrayLike<number>, s: ArrayLike<number>) => meanLoss(oracle(x, views, s[0], tauPlus))
    const { value, grads } = tf.valueAndGrads((x, s) =>
      debiasedContrastiveLoss(viewsOf(x, views), { logitScale: s, tauPlus }),
    )([tf.tensor2d(values, [views * n, d]), tf.scalar(2)])
    expectClose(value, f(values, [2]))
    numericalGradient(f, [values, [2]]).forEach((expected, at) => {
      expectClose(grads[at], expected, { absolute: 1e-5, relative: 1e-4 })
    })
  })
  it('has τ⁺ = 0.1 and temperature 0.1 by default', () => {
    const values = normalValues(3, 8 * d)
    const views = viewsOf(tf.tensor2d(values, [8, d]), 2)
    expectClose(debiasedContrastiveLoss(views), meanLoss(oracle(values, 2, 10, 0.1)), { relative: 1e-4 })
  })
  it('is NT-Xent of two views at τ⁺ = 0', () => {
    const views = viewsOf(tf.tensor2d(normalValues(3, 24), [8, d]), 2)
    expectClose(debiasedContrastiveLoss(views, { tauPlus: 0 }), ntXentLoss(views))
  })
  it('case 4: all embeddings equal give log(2n − 1) whatever τ⁺, with zero gradient', () => {
    const same = tf.ones([8, 4]) as tf.Tensor2D
    const { value, grads } = tf.valueAndGrads((a, b) =>
      debiasedContrastiveLoss([a, b] as tf.Tensor2D[], { tauPlus: 0.3 }),
    )([same, same])
    expectClose(value, Math.log(15))
    for (const grad of grads) expectClose(grad, tf.zeros([8, 4]), { absolute: 1e-5 })
  })
  it('case 5: one sample, or none, has no negatives and gives 0', () => {
    for (const size of [0, 1]) {
      const view = tf.ones([size, d]) as tf.Tensor2D
      const { value, grad } = tf.valueAndGrad(x => debiasedContrastiveLoss([x as tf.Tensor2D, view]))(view)
      expectClose(value, 0)
      expectClose(grad, tf.zeros([size, d]))
      expectClose(clampedRows([view, view]), new Array(2 * size).fill(0))
    }
  })
  it('case 1, 2: opposite views at τ = 0.01 and 0.001 cost 2/τ and log N, with slope 1/τ', () => {
    // Samples 0 and 1 are equal, so each anchor has two negatives: one at the anchor, one opposite, as its positive.
    const [a, b] = [tf.tensor2d([1, 0, 1, 0], [2, 2]), tf.tensor2d([-1, 0, -1, 0], [2, 2])]
    for (const s of [100, 1000]) {
      const { value, grad } = tf.valueAndGrad(x =>
        debiasedContrastiveLoss([a, b], { logitScale: x, tauPlus: 0.1 }),
      )(tf.scalar(s))
      expectClose(value, 2 * s - Math.log(0.9))
      expectClose(grad, 2)
    }
  })
  it('case 21: the bound N·e^(−1/τ) is kept in log space where float32 has only 0', () => {
    // Perfect pairs, opposite negatives: the estimate is negative, the bound e^−200 below the positive.
    const a = tf.tensor2d([1, 0, -1, 0], [2, 2])
    const f = (x: tf.Tensor, s: tf.Tensor) =>
      debiasedContrastiveLoss([x, x] as tf.Tensor2D[], { logitScale: s, normalize: false })
    for (const s of [10, 40]) {
      const expected = Math.log1p(2 * Math.exp(-2 * s))
      expectClose(f(a, tf.scalar(s)), expected, { absolute: 0, relative: 2e-5 })
    }
    // e^−110 is 0 in float32, e^(−110 + 99) is not: a positive at −0.9 with both negatives at −1.
    const [left, right] = [
      tf.tensor2d([1, 0, -1, 0], [2, 2]),
      tf.tensor2d([-0.9, Math.sqrt(0.19), -1, 0], [2, 2]),
    ]
    const first = (scale: tf.Tensor) =>
      tf.slice(debiasedContrastiveLoss([left, right], { logitScale: scale, reduction: 'none' }), 0, 1)
    const { value, grad } = tf.valueAndGrad(first)(tf.scalar(110))
    const bound = 2 * Math.exp(-11)
    expectClose(value, [Math.log1p(bound)], { absolute: 0, relative: 1e-4 })
    expectClose(grad, (-0.1 * bound) / (1 + bound), { absolute: 0, relative: 1e-4 })
    expectClose(tf.cast(tf.slice(clampedRows([left, right], { logitScale: 110 }), 0, 1), 'float32'), [1])
  })
  it('case 21: clamped rows are told, and have no gradient through their negatives', () => {
    const n = 6
    const values = normalValues(9, 2 * n * d)
    const stacked = tf.tensor2d(values, [2 * n, d])
    const rows = oracle(values, 2, 3, 0.5)
    const clamped = rows.map(row => row.clamped)
    expect(new Set(clamped).size).toBe(2)
    const options = { logitScale: 3, tauPlus: 0.5 }
    const told = clampedRows(viewsOf(stacked, 2), options)
    expect(told.dtype).toBe('bool')
    expectClose(tf.cast(told, 'float32'), clamped.map(Number))
    expectClose(
      debiasedContrastiveLoss(viewsOf(stacked, 2), { ...options, reduction: 'none' }),
      rows.map(row => row.loss),
      { absolute: 1e-5, relative: 1e-4 },
    )
    // Of one clamped anchor, only its own row and its positive's move the loss.
    const at = clamped.indexOf(true)
    const grad = tf.grad(x =>
      tf.slice(debiasedContrastiveLoss(viewsOf(x, 2), { ...options, reduction: 'none' }), at, 1),
    )(stacked)
    const sizes = Array.from(tf.sum(tf.abs(grad), 1).dataSync())
    sizes.forEach((size, i) => {
      if (i % n === at % n) expect(size).toBeGreaterThan(1e-4)
      else expect(size).toBe(0)
    })
  })
  it('case 9: zero, tiny and huge vectors keep loss and gradient right', () => {
    const rows = rowsOf([0, 0, 1e-23, 2e-23, 1e20, -3e20], 2)
    const [view, units] = [rows, unitRows(rows)].map(of => tf.tensor2d(of))
    expectClose(debiasedContrastiveLoss([view, view]), debiasedContrastiveLoss([units, units]))
    expectDirectionalGradients(x => debiasedContrastiveLoss([x, view]), rows)
  })
  it('leaks nothing', () => {
    const views = viewsOf(tf.tensor2d(normalValues(3, 24), [8, d]), 2)
    expectNoLeak(() => debiasedContrastiveLoss(views))
    expectNoLeak(() => clampedRows(views))
    expectNoLeak(() => tf.grads((...x) => debiasedContrastiveLoss(x as tf.Tensor2D[]))(views))
  })
  it('names the argument that does not fit', () => {
    const view = tf.ones([2, 3]) as tf.Tensor2D
    expect(() => debiasedContrastiveLoss([view])).toThrow(/views must be of length at least 2, got length 1/)
    expect(() => debiasedContrastiveLoss([view, view], { tauPlus: 1 })).toThrow(
      /debiasedContrastiveLoss: tauPlus must be a number of at least 0 and below 1, got 1/,
    )
    expect(() => clampedRows([view, tf.ones([3, 3])])).toThrow(
      /clampedRows: views\[1\] must be float32 \[2, 3\]/,
    )
  })
})
