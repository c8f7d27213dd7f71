import { rangeError, typeError } from '../errors.ts'

/** A matrix on the host, by rows. */
export type Matrix = readonly (readonly number[])[]

/**
 * The lower triangular L with LLᵀ = matrix, in float64.
 *
 * @throws TypeError unless the matrix is square; RangeError unless it is symmetric and positive definite
 */
export function cholesky(where: string, argument: string, matrix: Matrix): number[][] {
  const d = matrix.length
  const L = matrix.map(() => Array<number>(d).fill(0))
  for (let i = 0; i < d; i++) {
    if (matrix[i].length !== d) {
      throw typeError(where, argument, `a ${d}×${d} matrix`, `${matrix[i].length} numbers in row ${i}`)
    }
    for (let j = 0; j <= i; j++) {
      const [value, mirrored] = [matrix[i][j], matrix[j][i]]
      if (!(Math.abs(value - mirrored) <= 1e-6 * (Math.abs(value) + Math.abs(mirrored)))) {
        throw rangeError(
          where,
          `${argument}[${i}][${j}]`,
          `${argument}[${j}][${i}] = ${mirrored}`,
          String(value),
        )
      }
      const rest = L[i].slice(0, j).reduce((sum, l, k) => sum - l * L[j][k], value)
      if (i !== j) L[i][j] = rest / L[j][j]
      else if (rest > 0 && Number.isFinite(rest)) L[i][i] = Math.sqrt(rest)
      else throw rangeError(where, argument, 'positive definite', `a pivot of ${rest} in row ${i}`)
    }
  }
  return L
}

/** L⁻¹ of a lower triangular L, by forward substitution. */
export function invertLower(L: Matrix): number[][] {
  const d = L.length
  const inverse = L.map(() => Array<number>(d).fill(0))
  for (let j = 0; j < d; j++) {
    for (let i = j; i < d; i++) {
      let rest = i === j ? 1 : 0
      for (let k = j; k < i; k++) rest -= L[i][k] * inverse[k][j]
      inverse[i][j] = rest / L[i][i]
    }
  }
  return inverse
}
