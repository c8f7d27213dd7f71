/**
 * CLIP's loss of n pairs of d numbers with the scale it starts with, 1/0.07, and its gradient for the pictures' rows,
 * in 64-bit floats. With logits z = s·QKᵀ of unit rows and P, P′ their softmaxes by row and by column,
 * ∂L/∂z = (P + P′ − 2I) / 2n.
 */
export function clipReference(image: ArrayLike<number>, text: ArrayLike<number>, n: number, d: number) {
  const scale = 1 / 0.07
  const [q, k] = [unitRows(image, n, d), unitRows(text, n, d)]
  const logits = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    return scale * dot(q.rows, i, k.rows, j, d)
  })
  const rows = Float64Array.from({ length: n }, (_, i) => logSumExp(n, j => logits[i * n + j]))
  const columns = Float64Array.from({ length: n }, (_, j) => logSumExp(n, i => logits[i * n + j]))
  const loss = rows.reduce((sum, row, i) => sum + (row + columns[i]) / 2 - logits[i * n + i], 0) / n

  const gradient = new Float64Array(n * d)
  for (let i = 0; i < n; i++) {
    const slope = gradient.subarray(i * d, (i + 1) * d)
    for (let j = 0; j < n; j++) {
      const z = logits[i * n + j]
      const weight = (Math.exp(z - rows[i]) + Math.exp(z - columns[j]) - (i === j ? 2 : 0)) / (2 * n)
      for (let c = 0; c < d; c++) slope[c] += scale * weight * k.rows[j * d + c]
    }
    // Through the division by the row's length.
    const along = dot(q.rows, i, gradient, i, d)
    for (let c = 0; c < d; c++) slope[c] = (slope[c] - along * q.rows[i * d + c]) / q.lengths[i]
  }
  return { loss, gradient }
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number, d: number): number {
  let sum = 0
  for (let c = 0; c < d; c++) sum += a[i * d + c] * b[j * d + c]
  return sum
}

function unitRows(values: ArrayLike<number>, n: number, d: number) {
  const given = Float64Array.from(values)
  const lengths = Float64Array.from({ length: n }, (_, i) => Math.sqrt(dot(given, i, given, i, d)))
  return { rows: given.map((value, at) => value / lengths[Math.floor(at / d)]), lengths }
}

function logSumExp(n: number, at: (j: number) => number): number {
  let [maximum, sum] = [Number.NEGATIVE_INFINITY, 0]
  for (let j = 0; j < n; j++) maximum = Math.max(maximum, at(j))
  for (let j = 0; j < n; j++) sum += Math.exp(at(j) - maximum)
  return maximum + Math.log(sum)
}
