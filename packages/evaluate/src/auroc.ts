import { bootstrapInterval, type IntervalOptions, type ScoredInterval } from './bootstrap-interval.ts'
import { type LevelCounts, levelCounts, scoreLevels } from './score-levels.ts'

/**
 * The area under the receiver operating characteristic: the probability that a positive row scores higher than a
 * negative one, a tie counting half (Mann and Whitney 1947). Exact; 0.5 is chance. For densities as detectors of
 * outliers, label the inliers 1, or pass negative log-densities and label the outliers 1.
 *
 * @param scores [n] high means positive; infinities are allowed
 * @param labels [n] 0 or 1, or booleans
 * @throws TypeError for lengths that differ; RangeError that names a NaN score or a wrong label, and for labels all alike
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number | boolean>): number {
  return areaOf(levelCounts(scoreLevels('auroc', scores, labels)))
}

/**
 * `auroc` with a percentile interval and a standard error by the stratified bootstrap. Without any error the interval
 * is the point 1, whatever the number of rows.
 *
 * @throws as `auroc`; RangeError for resamples < 2 and a level not between 0 and 1
 */
export function aurocWithInterval(
  scores: ArrayLike<number>,
  labels: ArrayLike<number | boolean>,
  options: IntervalOptions,
): ScoredInterval {
  const where = 'aurocWithInterval'
  return bootstrapInterval(where, scoreLevels(where, scores, labels), areaOf, options)
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
