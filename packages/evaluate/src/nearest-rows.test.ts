import { describeBackends, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type ComparedRows, nearestRows, type RowBlock } from './nearest-rows.ts'

const [rows, d, n] = [500, 6, 4]
const gallery = Array.from({ length: rows }, (_, i) => Array.from(normalValues(i, d)))
const asked = Array.from({ length: n }, (_, i) => Array.from(normalValues(5000 + i, d)))

function* blocksOf(size: number, all = gallery): Generator<RowBlock> {
  for (let from = 0; from < all.length; from += size) {
    const part = all.slice(from, from + size)
    yield { vectors: Float32Array.from(part.flat()), names: part.map((_, i) => `row ${from + i}`) }
  }
}

/** By sorting all cosines in float64. */
function sorted(top: number): number[][] {
  const unit = (x: number[]) => x.map(value => value / Math.hypot(...x))
  return asked.map(query => {
    const cosines = gallery.map(row => unit(row).reduce((sum, value, j) => sum + value * unit(query)[j], 0))
    const order = cosines.map((_, i) => i).sort((a, b) => cosines[b] - cosines[a] || a - b)
    return order.slice(0, top)
  })
}

describeBackends('nearestRows', () => {
  it.each([
    [1, 500],
    [7, 64],
    [500, 33],
    [600, 500],
  ])('finds the first %i of a full sort, in blocks of %i', async (top, size) => {
    const queries = tf.tensor2d(asked)
    const found = await nearestRows(queries, blocksOf(size), { top })
    expect(found.map(one => one.map(({ row }) => row))).toEqual(sorted(top))
    for (const { row, name, score } of found.flat()) {
      expect(name).toBe(`row ${row}`)
      expect(Math.abs(score)).toBeLessThanOrEqual(1 + 1e-6)
    }
    queries.dispose()
  })

  it('tells how many rows were compared, and between which cosines they lie', async () => {
    const queries = tf.tensor2d([
      [2, 0],
      [0, 1],
    ])
    const rows = [
      [1, 0],
      [3, 4],
      [-1, 0],
    ]
    const told: ComparedRows[] = []
    await nearestRows(queries, blocksOf(2, rows), { top: 1, onCompared: one => told.push(one) })
    await nearestRows(queries, [], { onCompared: one => told.push(one) })
    expect(told.map(({ rows }) => rows)).toEqual([3, 0])
    const [along, across] = told[0].ranges
    expect([along.least, along.most, across.least]).toEqual([-1, 1, 0])
    expect(across.most).toBeCloseTo(0.8, 6)
    queries.dispose()
  })

  it('gives equal cosines in the order of rows', async () => {
    const same = Array.from({ length: 40 }, (_, i) => [i % 4 === 0 ? -1 : 1, 0])
    const queries = tf.tensor2d([[2, 0]])
    const [found] = await nearestRows(queries, blocksOf(7, same), { top: 5 })
    expect(found.map(({ row }) => row)).toEqual([1, 2, 3, 5, 6])
    queries.dispose()
  })

  it('holds no more tensors than a block needs, and refuses what does not fit', async () => {
    const queries = tf.tensor2d(asked)
    const before = tf.memory().numTensors
    async function* watched() {
      for (const block of blocksOf(50)) {
        expect(tf.memory().numTensors).toBe(before + 1)
        yield block
      }
    }
    await nearestRows(queries, watched(), { top: 3 })
    expect(tf.memory().numTensors).toBe(before)
    await expect(nearestRows(queries, [{ vectors: new Float32Array(5), names: ['a'] }])).rejects.toThrow(
      'rows of 6',
    )
    await expect(nearestRows(queries, [], { top: 0 })).rejects.toThrow('top')
    const broken = { vectors: new Float32Array(6).fill(Number.NaN), names: ['a'] }
    await expect(nearestRows(queries, [broken])).rejects.toThrow('got NaN for query 0 and row 0')
    await expect(nearestRows(tf.zeros([2]) as unknown as tf.Tensor2D, [])).rejects.toThrow('queries')
    expect(await nearestRows(queries, [])).toEqual([[], [], [], []])
    queries.dispose()
  })
})
