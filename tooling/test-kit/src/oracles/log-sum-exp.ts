/** log Σ exp(xᵢ) in float64: −∞ for no terms or all −∞, +∞ when any term is. */
export function logSumExp(values: ArrayLike<number>): number {
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) max = Math.max(max, values[i])
  if (!Number.isFinite(max)) return max
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i] - max)
  return max + Math.log(sum)
}
