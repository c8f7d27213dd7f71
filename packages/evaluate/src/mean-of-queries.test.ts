import { expect, test } from 'vitest'
import { meanOfQueries } from './mean-of-queries.ts'

test('is the mean, and the deviation by n − 1 over the root of n', () => {
  // 0, 1, 1, 4: mean 1.5, squares 2.25 + .25 + .25 + 6.25 = 9, and √(9/3/4).
  expect(meanOfQueries(Float64Array.of(0, 1, 1, 4))).toEqual({ value: 1.5, standardError: Math.sqrt(0.75) })
})

test('of one query has no error to speak of', () => {
  expect(meanOfQueries(Float64Array.of(0.25))).toEqual({ value: 0.25, standardError: 0 })
})
