import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { effectiveRank } from './effective-rank.ts'

/** U·diag(σ)·Vᵀ with columns of Hadamard matrices, whose singular values are σ by construction. */
function withSingularValues(n: number, singular: readonly number[]): number[][] {
  const hadamard = (size: number) => {
    let rows = [[1]]
    while (rows.length < size)
      rows = [...rows.map(r => [...r, ...r]), ...rows.map(r => [...r, ...r.map(x => -x)])]
    return rows.map(row => row.map(value => value / Math.sqrt(size)))
  }
  const [u, v] = [hadamard(n), hadamard(singular.length)]
  return u.map(row => v.map(other => singular.reduce((sum, s, k) => sum + row[k] * s * other[k], 0)))
}

/** Roy and Vetterli's formula. */
function ofSingularValues(singular: readonly number[]): number {
  const total = singular.reduce((sum, value) => sum + value, 0)
  return Math.exp(
    -singular.reduce(
      (sum, value) => (value === 0 ? sum : sum + (value / total) * Math.log(value / total)),
      0,
    ),
  )
}

describeBackends('effectiveRank', () => {
  it.each([
    ['all alike', 16, [3, 3, 3, 3]],
    ['a spread', 16, [10, 5, 1, 0.1, 2, 7, 0.01, 3]],
    ['some zero', 8, [4, 0, 0, 1]],
    ['as many rows as columns', 4, [1, 2, 3, 4]],
  ])('is the formula where the singular values are known: %s', async (_, n, singular) => {
    const rows = withSingularValues(n, singular)
    for (const x of [tf.tensor2d(rows), tf.tidy(() => tf.transpose(tf.tensor2d(rows)))]) {
      expectClose(await effectiveRank(x), ofSingularValues(singular), { absolute: 1e-4, relative: 1e-4 })
      x.dispose()
    }
  })

  it('is 1 for multiples of one row, 0 for zeros, and centred sees no common shift', async () => {
    const lines = tf.tensor2d([1, 2, -3, 0.5].map(factor => [factor, 2 * factor, -factor]))
    expect(await effectiveRank(lines)).toBeCloseTo(1, 3)
    const zeros = tf.zeros<tf.Rank.R2>([3, 2])
    expect(await effectiveRank(zeros)).toBe(0)
    const x = tf.tensor2d(normalValues(1, 60), [20, 3])
    const shifted = tf.add<tf.Tensor2D>(x, tf.tensor1d([100, -50, 7]))
    expect(await effectiveRank(shifted)).toBeLessThan(1.2)
    const [a, b] = [await effectiveRank(x, { center: true }), await effectiveRank(shifted, { center: true })]
    expect(b).toBeCloseTo(a, 3)
    expect(a).toBeGreaterThan(2.5)
    tf.dispose([lines, zeros, x, shifted])
  })

  it('refuses what is no matrix or not finite', async () => {
    await expect(effectiveRank(tf.zeros([3]) as unknown as tf.Tensor2D)).rejects.toThrow(
      'x must be a tensor [n, d]',
    )
    const broken = tf.tensor2d([
      [1, 2],
      [Number.NaN, 1],
    ])
    await expect(effectiveRank(broken)).rejects.toThrow('got NaN in row 1')
  })
})
