import { expect, it } from 'vitest'
import { neighbourRecall } from './neighbour-recall.ts'

const scores = (...values: number[]) => values.map(score => ({ score }))

it('counts those of the k exact rows that were found', () => {
  const exact = [scores(0.9, 0.8, 0.7, 0.6), scores(0.5, 0.4, 0.3, 0.2)]
  const found = [scores(0.9, 0.7, 0.6, 0.5), scores(0.1, 0, 0, 0)]
  expect([...neighbourRecall(found, exact)]).toEqual([0.75, 0])
  expect([...neighbourRecall(exact, exact)]).toEqual([1, 1])
})

it('takes any of equally near rows, no more than k, and misses those that are not there', () => {
  const exact = [scores(0.9, 0.5)]
  // Two rows at .5, of which the exact search has kept one.
  expect([...neighbourRecall([scores(0.5, 0.5 - 5e-7)], exact)]).toEqual([1])
  expect([...neighbourRecall([scores(0.9, 0.49, 0.9)], exact)]).toEqual([0.5])
  expect([...neighbourRecall([scores(0.9)], exact)]).toEqual([0.5])
  expect([...neighbourRecall([[]], [[]])]).toEqual([1])
  expect(() => neighbourRecall([], exact)).toThrow(
    'found must be of length 1, one for each query, got length 0',
  )
})
