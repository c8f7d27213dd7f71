import { expect, it } from 'vitest'
import { cholesky, invertLower } from './cholesky.ts'

const matrix = [
  [4, 2, -2],
  [2, 10, 2],
  [-2, 2, 6],
]

it('factors a positive definite matrix', () => {
  // By hand: 4 = 2², 10 − 1 = 3², 6 − 1 − 1 = 2².
  expect(cholesky('test', 'matrix', matrix)).toEqual([
    [2, 0, 0],
    [1, 3, 0],
    [-1, 1, 2],
  ])
})
it('inverts a lower triangle', () => {
  const inverse = invertLower(cholesky('test', 'matrix', matrix))
  const expected = [
    [1 / 2, 0, 0],
    [-1 / 6, 1 / 3, 0],
    [1 / 3, -1 / 6, 1 / 2],
  ]
  for (const [i, row] of expected.entries()) {
    for (const [j, value] of row.entries()) expect(inverse[i][j]).toBeCloseTo(value, 12)
  }
})
it('refuses what has no factor', () => {
  expect(() => cholesky('f', 'covariance', [[1, 2], [2]])).toThrow(/f: covariance must be a 2×2 matrix/)
  expect(() =>
    cholesky('f', 'covariance', [
      [1, 0.5],
      [0.4, 1],
    ]),
  ).toThrow(/covariance\[1\]\[0\] must be/)
  expect(() =>
    cholesky('f', 'covariance', [
      [1, 2],
      [2, 1],
    ]),
  ).toThrow(/positive definite, got a pivot of -3/)
  expect(() => cholesky('f', 'covariance', [[Number.NaN]])).toThrow(RangeError)
})
