/** The mean of a figure over queries, with its standard error. */
export interface MeanOfQueries {
  readonly value: number
  /** The sample's deviation over √n; 0 for a single query. */
  readonly standardError: number
}

/** Mean and standard error of one figure a query: Σ x/n, and √(Σ (x − mean)²/(n (n − 1))). */
export function meanOfQueries(figures: Float64Array): MeanOfQueries {
  const n = figures.length
  const value = figures.reduce((sum, one) => sum + one, 0) / n
  if (n === 1) return { value, standardError: 0 }
  const squares = figures.reduce((sum, one) => sum + (one - value) ** 2, 0)
  return { value, standardError: Math.sqrt(squares / (n - 1) / n) }
}
