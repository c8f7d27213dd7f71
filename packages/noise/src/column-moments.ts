import type { HostRows } from './host-rows.ts'

export interface ColumnMoments {
  readonly mean: number[]
  /** Divided by the number of rows (or the sum of weights): the maximum-likelihood estimate. */
  readonly variance: number[]
}

/**
 * Means and variances of columns in float64, in two passes; `weights` are one number ≥ 0 a row. Sums are of differences from
 * the first row, so a constant column has a variance of exactly 0.
 */
export function columnMoments({ values, n, d }: HostRows, weights?: ArrayLike<number>): ColumnMoments {
  let total = 0
  const mean = Array<number>(d).fill(0)
  for (let i = 0; i < n; i++) {
    const weight = weights === undefined ? 1 : weights[i]
    total += weight
    for (let j = 0; j < d; j++) mean[j] += weight * (values[i * d + j] - values[j])
  }
  for (let j = 0; j < d; j++) mean[j] = values[j] + mean[j] / total
  const variance = Array<number>(d).fill(0)
  for (let i = 0; i < n; i++) {
    const weight = weights === undefined ? 1 : weights[i]
    for (let j = 0; j < d; j++) variance[j] += weight * (values[i * d + j] - mean[j]) ** 2
  }
  return { mean, variance: variance.map(sum => sum / total) }
}

/** Σ_i w_i (x_i − centre)(x_i − centre)ᵀ / divisor in float64. */
export function scatter(
  { values, n, d }: HostRows,
  centre: readonly number[],
  divisor: number,
  weights?: ArrayLike<number>,
): number[][] {
  const matrix = Array.from({ length: d }, () => Array<number>(d).fill(0))
  const row = new Float64Array(d)
  for (let i = 0; i < n; i++) {
    const weight = weights === undefined ? 1 : weights[i]
    for (let j = 0; j < d; j++) row[j] = values[i * d + j] - centre[j]
    for (let j = 0; j < d; j++) for (let k = 0; k <= j; k++) matrix[j][k] += weight * row[j] * row[k]
  }
  for (let j = 0; j < d; j++) {
    for (let k = 0; k <= j; k++) {
      matrix[j][k] /= divisor
      matrix[k][j] = matrix[j][k]
    }
  }
  return matrix
}
