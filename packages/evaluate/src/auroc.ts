import { bootstrapInterval, type IntervalOptions, type ScoredInterval } from './bootstrap-interval.ts'
import { type LevelCounts, levelCounts, scoreLevels } from './score-levels.ts'
import { unanimousInterval } from './unanimous-interval.ts'

/**
 * The area under the receiver operating characteristic: the probability that a positive row scores higher than a
 * negative one, a tie counting half (Mann and Whitney 1947). Exact; 0.5 is chance. For densities as detectors of
 * outliers, label the inliers 1, or pass negative log-densities and label the outliers 1.
 *
 * @param scores [n] high means positive; infinities are allowed
 * @param labels [n] 0 or 1, or booleans
 * @throws TypeError for lengths that differ; RangeError that names a NaN score or a wrong label, and for labels all alike
 *
 * @example
 * ```ts
 * import { auroc } from '@chiaro/evaluate'
 *
 * console.log(auroc([0.9, 0.8, 0.3, 0.1], [1, 0, 1, 0])) // 0.75: three of four pairs in order
 * ```
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number | boolean>): number {
  return areaOf(levelCounts(scoreLevels('auroc', scores, labels)))
}

/**
 * `auroc` with a percentile interval and a standard error by the stratified bootstrap. Of an area of 1, or of 0, no
 * resample differs; then m = min(positives, negatives) disjoint pairs are all in order, which has at most probability
 * areaᵐ, and the interval is the exact one of m hits (`unanimousInterval`).
 *
 * @throws as `auroc`; RangeError for resamples < 2 and a level not between 0 and 1
 *
 * @example
 * ```ts
 * import { aurocWithInterval } from '@chiaro/evaluate'
 * import { key } from '@chiaro/random'
 *
 * const scores = Array.from({ length: 100 }, (_, i) => i + (i % 3) * 20)
 * const { value, low, high } = aurocWithInterval(scores, scores.map((_, i) => i > 60), { key: key(1) })
 * console.log(value, low, high)
 * ```
 */
export function aurocWithInterval(
  scores: ArrayLike<number>,
  labels: ArrayLike<number | boolean>,
  options: IntervalOptions,
): ScoredInterval {
  const where = 'aurocWithInterval'
  const levels = scoreLevels(where, scores, labels)
  const pairs = Math.min(levels.positives.length, levels.negatives.length)
  return bootstrapInterval(where, levels, areaOf, options, (area, level) =>
    area === 1 || area === 0 ? unanimousInterval(pairs, area === 1, { level }) : undefined,
  )
}

function areaOf({ positives, negatives }: LevelCounts): number {
  let [above, pairs, totalNegatives] = [0, 0, 0]
  for (let level = 0; level < positives.length; level++) {
    // Positives of higher levels beat this level's negatives; its own tie with them.
    pairs += negatives[level] * (above + positives[level] / 2)
    above += positives[level]
    totalNegatives += negatives[level]
  }
  return pairs / (above * totalNegatives)
}
