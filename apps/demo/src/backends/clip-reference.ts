/** CLIP's loss with the scale it starts with, 1/0.07, of n pairs of d numbers, in 64-bit floats. */
export function clipReference(image: Float32Array, text: Float32Array, n: number, d: number): number {
  const [a, b] = [unitRows(image, n, d), unitRows(text, n, d)]
  const logits = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    let product = 0
    for (let k = 0; k < d; k++) product += a[i * d + k] * b[j * d + k]
    return product / 0.07
  })
  let sum = 0
  for (let i = 0; i < n; i++) {
    const row = logSumExp(n, j => logits[i * n + j])
    const column = logSumExp(n, j => logits[j * n + i])
    sum += (row + column) / 2 - logits[i * n + i]
  }
  return sum / n
}

function unitRows(values: Float32Array, n: number, d: number): Float64Array {
  const rows = Float64Array.from(values)
  for (let i = 0; i < n; i++) {
    const row = rows.subarray(i * d, (i + 1) * d)
    const length = Math.hypot(...row)
    row.forEach((value, k) => {
      row[k] = value / length
    })
  }
  return rows
}

function logSumExp(n: number, at: (j: number) => number): number {
  let [maximum, sum] = [Number.NEGATIVE_INFINITY, 0]
  for (let j = 0; j < n; j++) maximum = Math.max(maximum, at(j))
  for (let j = 0; j < n; j++) sum += Math.exp(at(j) - maximum)
  return maximum + Math.log(sum)
}
