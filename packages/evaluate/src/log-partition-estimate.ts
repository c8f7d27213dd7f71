/** An estimate of log Z = log ∫ exp(−E(x)) dx with what tells whether to believe it. In nats. */
export interface LogPartitionEstimate {
  readonly logPartition: number
  readonly standardError: number
  /** How many samples of equal weight it is worth; of importance weights (Σw)²/Σw² (Kish 1965). */
  readonly effectiveSampleSize: number
  readonly samples: number
  /** Whether effectiveSampleSize ≥ 100. Below, few samples carry the estimate and its error is too small. */
  readonly reliable: boolean
}

/** Below it the standard error is above 0.1 nats and, taken from so few samples itself, not to be trusted. */
const fewestEffectiveSamples = 100

export function isReliable(effectiveSampleSize: number): boolean {
  return effectiveSampleSize >= fewestEffectiveSamples
}
