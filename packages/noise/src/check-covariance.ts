import { type Matrix, rangeError } from '@chiaro/core'

/** Below this share of its variance, what a column has of its own is rounding of float32 data. */
const leastOwnShare = 1e-10

const columnRemedy = 'leave it out, or give a ridge'

/** Refuses variances of 0, naming the column. */
export function checkSpread(
  where: string,
  variance: readonly number[],
  mean: readonly number[],
  advice = columnRemedy,
): void {
  const constant = variance.findIndex(value => !(value > 0))
  if (constant < 0) return
  const got = `${mean[constant]} in every row (${advice})`
  throw rangeError(where, `column ${constant} of x`, 'spread out', got)
}

/**
 * Refuses a covariance without full rank, naming the first column that is constant or a linear combination of those before
 * it: its pivot in the Cholesky decomposition of the correlations, which is 1 − R², vanishes.
 */
export function checkCovariance(where: string, covariance: Matrix, mean: readonly number[]): void {
  const variance = covariance.map((row, j) => row[j])
  checkSpread(where, variance, mean)
  const L: number[][] = []
  for (const [i, row] of covariance.entries()) {
    L.push([])
    for (let j = 0; j <= i; j++) {
      const correlation = row[j] / Math.sqrt(variance[i] * variance[j])
      const rest = L[j].slice(0, j).reduce((sum, l, k) => sum - l * L[i][k], correlation)
      if (i !== j) L[i].push(rest / L[j][j])
      else if (rest > leastOwnShare) L[i].push(Math.sqrt(rest))
      else {
        const expected = 'no linear combination of the columns before it'
        throw rangeError(
          where,
          `column ${i} of x`,
          expected,
          `one (${columnRemedy}, or covariance: 'diagonal')`,
        )
      }
    }
  }
}
