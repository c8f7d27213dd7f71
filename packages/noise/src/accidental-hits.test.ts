import { expect, it } from 'vitest'
import { accidentalHits } from './accidental-hits.ts'

const pairs = (hits: ReturnType<typeof accidentalHits>) =>
  Array.from(hits.rows, (row, h) => [row, hits.columns[h]])

it('names every pair of a row and a column with its positive, repeated columns too', () => {
  expect(pairs(accidentalHits([3, 7, 3, 0], [7, 3, 5]))).toEqual([
    [0, 1],
    [1, 0],
    [1, 2],
  ])
  expect(pairs(accidentalHits(Int32Array.of(1, 2), Int32Array.of(3)))).toEqual([])
})
it('takes several positives a row, each once', () => {
  expect(pairs(accidentalHits([3, 7, 9], [[9, 3, 9], [], Int32Array.of(7)]))).toEqual([
    [0, 2],
    [0, 0],
    [2, 1],
  ])
})
it('refuses what is no id', () => {
  expect(() => accidentalHits([0.5], [1])).toThrow(/sampledIds\[0\] must be an integer, got 0.5/)
  expect(() => accidentalHits([1], [[2], [Number.NaN]])).toThrow(
    /positiveIds\[1\] must be an integer, got NaN/,
  )
})
