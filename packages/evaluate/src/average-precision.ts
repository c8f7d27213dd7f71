import { bootstrapInterval, type IntervalOptions, type ScoredInterval } from './bootstrap-interval.ts'
import { type LevelCounts, levelCounts, scoreLevels } from './score-levels.ts'

/**
 * Average precision, Σ (R_k − R_{k−1})·P_k over the distinct scores from the highest down, R and P the recall and the
 * precision of all rows that score as high: rows that tie enter together, so their order never matters. Chance is the
 * share of positives.
 *
 * @param scores [n] high means positive; infinities are allowed
 * @param labels [n] 0 or 1, or booleans
 * @throws as `auroc`
 *
 * @example
 * ```ts
 * import { averagePrecision } from '@chiaro/evaluate'
 *
 * console.log(averagePrecision([0.9, 0.8, 0.3, 0.1], [1, 0, 1, 0])) // (1 + 2/3)/2
 * ```
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number | boolean>): number {
  return precisionOf(levelCounts(scoreLevels('averagePrecision', scores, labels)))
}

/**
 * `averagePrecision` with a percentile interval and a standard error by the stratified bootstrap.
 *
 * @throws as `aurocWithInterval`
 */
export function averagePrecisionWithInterval(
  scores: ArrayLike<number>,
  labels: ArrayLike<number | boolean>,
  options: IntervalOptions,
): ScoredInterval {
  const where = 'averagePrecisionWithInterval'
  return bootstrapInterval(where, scoreLevels(where, scores, labels), precisionOf, options)
}

function precisionOf({ positives, negatives }: LevelCounts): number {
  let [found, taken, sum] = [0, 0, 0]
  for (let level = 0; level < positives.length; level++) {
    found += positives[level]
    taken += positives[level] + negatives[level]
    // A resample can leave levels empty.
    if (positives[level] > 0) sum += (positives[level] * found) / taken
  }
  return sum / found
}
