import { ChiaroError, rangeError } from '@chiaro/core'
import { isReliable, type LogPartitionEstimate } from './log-partition-estimate.ts'

/** Σ w and Σ w² of weights given by their logarithms, in float64, divided by exp(largest) and exp(2·largest). */
export interface WeightSums {
  readonly count: number
  readonly largest: number
  readonly sum: number
  readonly squares: number
}

export const noWeights: WeightSums = { count: 0, largest: Number.NEGATIVE_INFINITY, sum: 0, squares: 0 }

/**
 * The sums with further log weights; −∞ is a weight of 0.
 *
 * @throws ChiaroError ('non-finite') that names the first log weight that is NaN or +∞
 */
export function addLogWeights(where: string, sums: WeightSums, logWeights: ArrayLike<number>): WeightSums {
  let largest = sums.largest
  for (let i = 0; i < logWeights.length; i++) {
    const value = logWeights[i]
    if (Number.isNaN(value) || value === Number.POSITIVE_INFINITY) {
      const message = `${where}: logWeights must be below +∞, got ${value} in sample ${sums.count + i}`
      throw new ChiaroError('non-finite', message, 'logWeights')
    }
    if (value > largest) largest = value
  }
  const count = sums.count + logWeights.length
  if (largest === Number.NEGATIVE_INFINITY) return { ...sums, count }
  // What was summed under the smaller largest weight shrinks by the same factor.
  const shrink = Math.exp(sums.largest - largest)
  let sum = sums.sum * shrink
  let squares = sums.squares * shrink * shrink
  for (let i = 0; i < logWeights.length; i++) {
    const weight = Math.exp(logWeights[i] - largest)
    sum += weight
    squares += weight * weight
  }
  return { count, largest, sum, squares }
}

/** log of the mean weight, with the delta method's standard error √((n/ESS − 1)/(n − 1)). */
export function estimateOf(
  where: string,
  { count, largest, sum, squares }: WeightSums,
): LogPartitionEstimate {
  if (count < 2) throw rangeError(where, 'logWeights', 'of length at least 2', `length ${count}`)
  if (sum === 0) {
    const message = `${where}: logWeights must be above −∞ for some sample, got none of ${count}`
    throw new ChiaroError('non-finite', message, 'logWeights')
  }
  const effectiveSampleSize = (sum * sum) / squares
  return {
    logPartition: largest + Math.log(sum / count),
    // Rounding can put ESS above n where all weights are equal.
    standardError: Math.sqrt(Math.max(0, count / effectiveSampleSize - 1) / (count - 1)),
    effectiveSampleSize,
    samples: count,
    reliable: isReliable(effectiveSampleSize),
  }
}
