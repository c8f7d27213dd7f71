/** A log ratio of partition functions, and its error. */
export interface SteppingStones {
  /** Σ_r log mean w_r, in nats; −∞ where a stone has no weight at all. */
  readonly logPartition: number
  /** Between chains, to first order: it holds whatever draws of one chain share. NaN for one chain or no weight. */
  readonly standardError: number
}

/**
 * log Z along a ladder (Xie et al. 2011): Z is the product of Z_r+1/Z_r, each the mean of exp(−(β_r+1 − β_r)Δ) over draws at
 * β_r. The chains are independent, so that the spread of their Σ_r w_r/w̄_r tells the error.
 *
 * @param logMeans log of the mean weight of each stone and chain, [stones][chains]
 */
export function steppingStones(logMeans: readonly ArrayLike<number>[]): SteppingStones {
  const chains = logMeans[0].length
  const relative = new Float64Array(chains)
  let logPartition = 0
  for (const ofChains of logMeans) {
    const largest = Math.max(...Array.from(ofChains))
    if (largest === Number.NEGATIVE_INFINITY) return { logPartition: largest, standardError: Number.NaN }
    const weights = Array.from(ofChains, log => Math.exp(log - largest))
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / chains
    logPartition += largest + Math.log(mean)
    for (let chain = 0; chain < chains; chain++) relative[chain] += weights[chain] / mean - 1
  }
  const squares = relative.reduce((sum, value) => sum + value * value, 0)
  const standardError = chains === 1 ? Number.NaN : Math.sqrt(squares / (chains * (chains - 1)))
  return { logPartition, standardError }
}

/** log(eᵃ + eᵇ), −∞ for two of them. */
export function logAdd(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a]
  return high === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high))
}
