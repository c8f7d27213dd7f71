import { ChiaroError, checkLength, checkNumber } from '@chiaro/core'

export interface HeldOutLogLikelihoodOptions {
  /** Of the log Z within the log-densities; it moves all rows together. Default 0: exact. */
  readonly logPartitionStandardError?: number
  /** Added to every row: `tableLayout`'s brings densities to the original units. Default 0. */
  readonly logJacobian?: number
}

export interface HeldOutLogLikelihood {
  /** Nats a row. */
  readonly mean: number
  /** √(sampling² + log Z's²). */
  readonly standardError: number
  /** Over rows alone: what compares two models on these rows at best. */
  readonly samplingStandardError: number
  readonly count: number
}

/**
 * The mean log-density of rows that training did not see, in nats a row, with its standard error: the rows' s/√n, and
 * log Z's, which does not shrink with more rows, added in quadrature.
 *
 * @param logDensities [n] −E(x) − log Z
 * @throws RangeError for fewer than two rows or an option; ChiaroError ('non-finite') that names the row
 *
 * @example
 * ```ts
 * import { heldOutLogLikelihood } from '@chiaro/evaluate'
 *
 * console.log(heldOutLogLikelihood([-1.2, -0.9, -2.1])) // the mean with its standard error
 * ```
 */
export function heldOutLogLikelihood(
  logDensities: ArrayLike<number>,
  options: HeldOutLogLikelihoodOptions = {},
): HeldOutLogLikelihood {
  const where = 'heldOutLogLikelihood'
  const { logPartitionStandardError = 0, logJacobian = 0 } = options
  const count = logDensities.length
  checkLength(where, { logDensities }, { least: 2 })
  checkNumber(where, { logPartitionStandardError }, { least: 0, most: Number.POSITIVE_INFINITY })
  checkNumber(where, { logJacobian })
  const values = Float64Array.from(logDensities)
  const row = values.findIndex(value => !Number.isFinite(value))
  if (row >= 0) {
    const message = `${where}: logDensities must be finite, got ${values[row]} in row ${row}`
    throw new ChiaroError('non-finite', message, 'logDensities')
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const samplingStandardError = Math.sqrt(squares / (count - 1) / count)
  return {
    mean: mean + logJacobian,
    standardError: Math.hypot(samplingStandardError, logPartitionStandardError),
    samplingStandardError,
    count,
  }
}
