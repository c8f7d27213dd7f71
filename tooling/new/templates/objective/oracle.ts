/** Rows of numbers, float64. */
type Rows = readonly (readonly number[])[]

/** −2·x_iᵀy_i + the mean over j ≠ i of (x_iᵀy_j)², for each row (HaoChen et al. 2021). */
export function templateNameRows(x: Rows, y: Rows): number[] {
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, c) => sum + value * b[c], 0)
  return x.map((row, i) => {
    const others = y.filter((_, j) => j !== i)
    const squares = others.reduce((sum, other) => sum + product(row, other) ** 2, 0)
    return squares / Math.max(others.length, 1) - 2 * product(row, y[i])
  })
}
