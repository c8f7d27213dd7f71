import { checkInteger, checkNumber, type RandomKey } from '@chiaro/core'
import { foldIn, integerValues } from '@chiaro/random'
import { histogram, type LevelCounts, levelCounts, type ScoreLevels } from './score-levels.ts'

export interface IntervalOptions {
  readonly key: RandomKey
  /** Default 1000. */
  readonly resamples?: number
  /** The probability that the interval is to cover. Default 0.95. */
  readonly level?: number
}

/** A figure of scores against labels, with what the bootstrap says of it. */
export interface ScoredInterval {
  readonly value: number
  readonly low: number
  readonly high: number
  /** The standard deviation over resamples. */
  readonly standardError: number
  readonly level: number
  readonly resamples: number
  readonly positives: number
  readonly negatives: number
}

/**
 * The percentile bootstrap (Efron 1979), stratified: positives and negatives are drawn with replacement among their
 * own, so that every resample has as many of both. Resample r draws with foldIn(key, 2r) and foldIn(key, 2r + 1).
 */
export function bootstrapInterval(
  where: string,
  levels: ScoreLevels,
  statistic: (counts: LevelCounts) => number,
  options: IntervalOptions,
): ScoredInterval {
  const { key } = options
  const { resamples, level } = checkedInterval(where, options)
  const values = Float64Array.from({ length: resamples }, (_, r) =>
    statistic({
      positives: histogram(resampled(foldIn(key, 2 * r), levels.positives), levels.count),
      negatives: histogram(resampled(foldIn(key, 2 * r + 1), levels.negatives), levels.count),
    }),
  ).sort()
  return {
    value: statistic(levelCounts(levels)),
    low: quantile(values, (1 - level) / 2),
    high: quantile(values, (1 + level) / 2),
    standardError: standardDeviation(values),
    level,
    resamples,
    positives: levels.positives.length,
    negatives: levels.negatives.length,
  }
}

function resampled(key: RandomKey, levels: Int32Array): Int32Array {
  return integerValues(key, levels.length, { maximum: levels.length }).map(i => levels[i])
}

/** The number of resamples and the level, with their defaults. */
export function checkedInterval(where: string, { resamples = 1000, level = 0.95 }: IntervalOptions) {
  checkInteger(where, { resamples }, { least: 2 })
  checkNumber(where, { level }, { above: 0, below: 1 })
  return { resamples, level }
}

/** Of a sample: by n − 1. */
export function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}

/** Of sorted values, linear between neighbours. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (place - below) * (sorted[above] - sorted[below])
}
