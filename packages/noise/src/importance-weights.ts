export interface ImportanceWeights {
  /** log of the mean weight; 0 in expectation where the log ratios are those of normalised densities. */
  readonly logMean: number
  /** (Σ w)² / Σ w²: how many equal weights say as much. 0 where all weights are 0. */
  readonly effectiveSampleSize: number
}

/** What weights w = exp(log weight) are worth, in float64, the largest taken out first. */
export function importanceWeights(logWeights: ArrayLike<number>): ImportanceWeights {
  let largest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < logWeights.length; i++) largest = Math.max(largest, logWeights[i])
  if (largest === Number.NEGATIVE_INFINITY) return { logMean: largest, effectiveSampleSize: 0 }
  let [sum, squares] = [0, 0]
  for (let i = 0; i < logWeights.length; i++) {
    const weight = Math.exp(logWeights[i] - largest)
    sum += weight
    squares += weight * weight
  }
  return { logMean: largest + Math.log(sum / logWeights.length), effectiveSampleSize: sum ** 2 / squares }
}
