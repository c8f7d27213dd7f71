/** Rows of numbers, float64. */
type Rows = readonly (readonly number[])[]

/** The weights of VICReg's three terms. */
export interface VicRegOracle {
  readonly invariance: number
  readonly variance: number
  readonly covariance: number
}

/** The columns of x, each less its mean. */
function centredColumns(x: Rows): number[][] {
  return x[0].map((_, c) => {
    const mean = x.reduce((sum, row) => sum + row[c], 0) / x.length
    return x.map(row => row[c] - mean)
  })
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}

/** VICReg as its authors train it (Bardes et al. 2022), loop by loop. */
export function vicReg(x: Rows, y: Rows, weights: VicRegOracle): number {
  const [n, d] = [x.length, x[0].length]
  let invariance = 0
  for (let i = 0; i < n; i++) for (let c = 0; c < d; c++) invariance += (x[i][c] - y[i][c]) ** 2 / (n * d)
  let variance = 0
  let covariance = 0
  for (const view of [x, y]) {
    const columns = centredColumns(view)
    for (let a = 0; a < d; a++) {
      const deviation = Math.sqrt(dot(columns[a], columns[a]) / Math.max(1, n - 1) + 1e-4)
      variance += Math.max(0, 1 - deviation) / d / 2
      for (let b = 0; b < d; b++)
        if (a !== b) covariance += (dot(columns[a], columns[b]) / Math.max(1, n - 1)) ** 2 / d
    }
  }
  return weights.invariance * invariance + weights.variance * variance + weights.covariance * covariance
}

/** Σ_a (1 − C_aa)² + λ Σ_{a≠b} C_ab², C the cross-correlation of batch-normalised columns (Zbontar et al. 2021). */
export function barlowTwins(x: Rows, y: Rows, offDiagonalWeight: number): number {
  const n = x.length
  const [ofX, ofY] = [x, y].map(view =>
    centredColumns(view).map(column => {
      const deviation = Math.sqrt(dot(column, column) / n + 1e-5)
      return column.map(value => value / deviation)
    }),
  )
  let loss = 0
  ofX.forEach((left, a) => {
    ofY.forEach((right, b) => {
      const c = dot(left, right) / n
      loss += a === b ? (1 - c) ** 2 : offDiagonalWeight * c ** 2
    })
  })
  return loss
}
