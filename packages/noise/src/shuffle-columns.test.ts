import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { shuffleColumns } from './shuffle-columns.ts'

const n = 2000

/** Columns i, 10000 + i, 20000 + i. */
const ordered = () => tf.tensor2d(Array.from({ length: n }, (_, i) => [i, 10_000 + i, 20_000 + i]))

describeBackends('shuffleColumns', () => {
  it('keeps every column, and ties none to another', () => {
    const rows = shuffleColumns(key(1), ordered()).arraySync() as number[][]
    for (const j of [0, 1, 2]) {
      const column = rows.map(row => row[j] - 10_000 * j).sort((a, b) => a - b)
      expect(column).toEqual(Array.from({ length: n }, (_, i) => i))
    }
    const unit = (row: number[], j: number) => ((row[j] - 10_000 * j) / n - 0.5) * Math.sqrt(12)
    for (const [j, k] of [
      [0, 1],
      [1, 2],
      [0, 2],
    ]) {
      const correlation = meanOf(rows.map(row => unit(row, j) * unit(row, k)))
      expectWithin(correlation, 0, 1 / Math.sqrt(n))
    }
  })
  it('moves blocks as one', () => {
    const rows = shuffleColumns(key(2), ordered(), { widths: [1, 2] }).arraySync() as number[][]
    expect(rows.every(row => row[2] === row[1] + 10_000)).toBe(true)
    expect(rows.filter(row => row[1] === row[0] + 10_000).length).toBeLessThan(10)
  })
  it('is reproducible, and refuses widths that don’t fit', () => {
    const x = ordered()
    expectClose(shuffleColumns(key(3), x), shuffleColumns(key(3), x))
    expectNoLeak(() => shuffleColumns(key(3), x))
    expect(() => shuffleColumns(key(3), x, { widths: [1, 1] })).toThrow(
      /widths must be integers that add up to 3, got \[1, 1\]/,
    )
    expect(() => shuffleColumns(key(3), x, { widths: [3, 0] })).toThrow(RangeError)
    expect(() => shuffleColumns(key(3), tf.zeros([3]))).toThrow(TypeError)
  })
})
