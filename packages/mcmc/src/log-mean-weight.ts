/** What importance weights say of the mean they estimate. */
export interface WeightSummary {
  /** log of the mean weight, in nats. */
  readonly logMean: number
  /** Of logMean, by the delta method: the relative standard error of the mean weight. */
  readonly standardError: number
  /** (Σw)²/Σw²: how many equal weights tell as much (Kong 1992). 1 … n. */
  readonly effectiveSampleSize: number
}

/**
 * The mean of weights known by their logarithms, in float64 relative to the largest, so that none overflows:
 *
 *   log(1/n Σ w),  se = √(Σ (w/w̄ − 1)² / (n (n − 1))),  ESS = (Σ w)²/Σ w²
 *
 * All weights 0 have logMean −∞, an ESS of 0 and no standard error (NaN).
 */
export function summarizeLogWeights(logWeights: ArrayLike<number>): WeightSummary {
  const logs = Array.from(logWeights)
  const n = logs.length
  const largest = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (largest === Number.NEGATIVE_INFINITY) {
    return { logMean: largest, standardError: Number.NaN, effectiveSampleSize: 0 }
  }
  const weights = logs.map(log => Math.exp(log - largest))
  const sum = weights.reduce((a, b) => a + b, 0)
  const mean = sum / n
  const deviations = weights.reduce((total, weight) => total + (weight / mean - 1) ** 2, 0)
  return {
    logMean: largest + Math.log(mean),
    standardError: Math.sqrt(deviations / (n * (n - 1))),
    effectiveSampleSize: sum ** 2 / weights.reduce((total, weight) => total + weight ** 2, 0),
  }
}
