import { key } from '@chiaro/random'
import { expect, test } from 'vitest'
import { type DistinctBatch, distinctBatches } from './distinct-batches.ts'

const take = (count: number, ...args: Parameters<typeof distinctBatches>) => {
  const batches = distinctBatches(...args)
  return Array.from({ length: count }, () => Array.from((batches.next().value as DistinctBatch).rows))
}
/** 40 rows: 20 captions, two pictures each. */
const twins = {
  images: Array.from({ length: 40 }, (_, i) => i),
  texts: Array.from({ length: 40 }, (_, i) => i >> 1),
}

test('no caption and no picture comes twice in a batch', () => {
  for (const batch of take(20, twins, 16, key(1))) {
    expect(new Set(batch.map(row => twins.texts[row])).size).toBe(16)
    expect(new Set(batch).size).toBe(16)
  }
})

test('every row comes equally often, give or take the rows that wait', () => {
  const counts = new Array<number>(40).fill(0)
  for (const row of take(250, twins, 16, key(2)).flat()) counts[row] += 1
  // 4,000 draws over 40 rows; rows that clash wait, at most an epoch or two.
  for (const count of counts) expect(Math.abs(count - 100)).toBeLessThanOrEqual(4)
})

test('a row of weight 2.5 comes two and a half times as often', () => {
  const rows = 30
  const ids = Array.from({ length: rows }, (_, i) => i)
  const weights = ids.map(i => (i < 10 ? 2.5 : 1))
  const counts = new Array<number>(rows).fill(0)
  for (const row of take(900, { images: ids, texts: ids, weights }, 5, key(3)).flat()) counts[row] += 1
  const heavy = counts.slice(0, 10).reduce((a, b) => a + b)
  // 4,500 draws are 100 epochs of 45; the only chance is in 1,000 coin flips: standard deviation √250 ≈ 16.
  expect(Math.abs(heavy - 2500)).toBeLessThan(4 * 16 + 45)
})

test('the same key gives the same batches, another key others', () => {
  expect(take(5, twins, 8, key(4))).toEqual(take(5, twins, 8, key(4)))
  expect(take(5, twins, 8, key(4))).not.toEqual(take(5, twins, 8, key(5)))
})

test('a batch that needs more captions than there are is refused at once', () => {
  expect(() => take(1, twins, 21, key(0))).toThrow(/a batch of 21 needs .* got 20; lower batchSize/)
})

test('rows that clash for ever are refused, not waited for', () => {
  // Three pictures and three captions, but picture 0 and caption 0 are in every row: two rows at most fit together.
  const star = { images: [0, 0, 0, 1, 2], texts: [0, 1, 2, 0, 0] }
  expect(() => take(1, star, 3, key(0))).toThrow(/fewer without a clash/)
})

test.each([1e-9, 1e-3, 0.5])('weights of %d each are weights of 1 each: only their ratios count', weight => {
  const rows = Array.from({ length: 8 }, (_, row) => row)
  const drawn = (weights?: number[]) => {
    const batches = distinctBatches({ images: rows, texts: rows, weights }, 4, key(3))
    return [1, 2, 3, 4].map(() => Array.from((batches.next().value as DistinctBatch).rows))
  }
  expect(drawn(rows.map(() => weight))).toEqual(drawn())
})

test('of several captions one is drawn each time, evenly, and none comes twice in a batch', () => {
  const rows = Array.from({ length: 12 }, (_, row) => row)
  // Row r has the captions 3r, 3r + 1, 3r + 2, and one that all share.
  const choices = rows.map(row => [3 * row, 3 * row + 1, 3 * row + 2, 99])
  const batches = distinctBatches({ images: rows, texts: rows, choices }, 6, key(5))
  const counts = [0, 0, 0, 0]
  for (let batch = 0; batch < 400; batch++) {
    const { rows, drawn } = batches.next().value as DistinctBatch
    const texts = rows.map((row, i) => choices[row][drawn[i]])
    expect(new Set(texts).size).toBe(6)
    for (const one of drawn) counts[one] += 1
  }
  // In a batch of 6 the shared one comes once unless no one draws it: 1 − (3/4)⁶ = 0.822 of 400 batches, deviation 7.7.
  expect(Math.abs(counts[3] - 400 * (1 - 0.75 ** 6))).toBeLessThan(4 * 7.7)
  // The first takes those that would have been a second shared one; the others come a quarter of 2,400, deviation 21.
  for (const count of counts.slice(1, 3)) expect(Math.abs(count - 600)).toBeLessThan(4 * 21)
})
