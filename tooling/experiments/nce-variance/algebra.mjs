// Small symmetric positive definite matrices, row-major in a Float64Array of k·k.

/**
 * The lower Cholesky factor of a symmetric positive definite matrix.
 * @param {Float64Array} matrix @param {number} k
 */
export function cholesky(matrix, k) {
  const lower = new Float64Array(k * k)
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * k + j]
      for (let l = 0; l < j; l++) sum -= lower[i * k + l] * lower[j * k + l]
      if (i === j && !(sum > 0))
        throw new RangeError(`cholesky: matrix must be positive definite, got ${sum}`)
      lower[i * k + j] = i === j ? Math.sqrt(sum) : sum / lower[j * k + j]
    }
  }
  return lower
}

/**
 * The solution of L Lᵀ x = right.
 * @param {Float64Array} lower @param {ArrayLike<number>} right
 */
export function solve(lower, right) {
  const k = right.length
  const x = Float64Array.from(right)
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) x[i] -= lower[i * k + j] * x[j]
    x[i] /= lower[i * k + i]
  }
  for (let i = k - 1; i >= 0; i--) {
    for (let j = i + 1; j < k; j++) x[i] -= lower[j * k + i] * x[j]
    x[i] /= lower[i * k + i]
  }
  return x
}

/**
 * The inverse of a symmetric positive definite matrix.
 * @param {Float64Array} matrix @param {number} k
 */
export function inverse(matrix, k) {
  const lower = cholesky(matrix, k)
  const inverted = new Float64Array(k * k)
  for (let j = 0; j < k; j++) {
    const unit = new Float64Array(k)
    unit[j] = 1
    inverted.set(solve(lower, unit), j * k) // a row for a column: the inverse is symmetric
  }
  return inverted
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function dot(a, b) {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
