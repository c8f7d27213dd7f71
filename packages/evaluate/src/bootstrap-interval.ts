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

/**
 * How an interval came about. Where every resample gives the value itself, the bootstrap would call it certain; then it is
 * 'exact' where a closed form says what the rows allow, else 'none': low and high are the value and say nothing.
 */
export type IntervalMethod = 'bootstrap' | 'exact' | 'none'

/** A figure of scores against labels, with what the bootstrap says of it. */
export interface ScoredInterval {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly method: IntervalMethod
  /** The standard deviation over resamples: 0 where they are all alike. */
  readonly standardError: number
  readonly level: number
  readonly resamples: number
  readonly positives: number
  readonly negatives: number
}

/**
 * The percentile bootstrap (Efron 1979), stratified: positives and negatives are drawn with replacement among their
 * own, so that every resample has as many of both. Resample r draws with foldIn(key, 2r) and foldIn(key, 2r + 1).
 *
 * @param exact what the rows allow where all resamples are alike
 */
export function bootstrapInterval(
  where: string,
  levels: ScoreLevels,
  statistic: (counts: LevelCounts) => number,
  options: IntervalOptions,
  exact: (value: number, level: number) => Bounds | undefined = () => undefined,
): ScoredInterval {
  const { key } = options
  const { resamples, level } = checkedInterval(where, options)
  const values = Float64Array.from({ length: resamples }, (_, r) =>
    statistic({
      positives: histogram(resampled(foldIn(key, 2 * r), levels.positives), levels.count),
      negatives: histogram(resampled(foldIn(key, 2 * r + 1), levels.negatives), levels.count),
    }),
  ).sort()
  const value = statistic(levelCounts(levels))
  return {
    value,
    ...intervalOf(values, level, () => exact(value, level)),
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

export interface Bounds {
  readonly low: number
  readonly high: number
}

/** The percentile interval of sorted resamples, or what there is in its place where they are all alike. */
export function intervalOf(
  resamples: Float64Array,
  level: number,
  exact: () => Bounds | undefined,
): Bounds & { readonly method: IntervalMethod } {
  const [low, high] = [quantile(resamples, (1 - level) / 2), quantile(resamples, (1 + level) / 2)]
  if (resamples[0] < resamples[resamples.length - 1]) return { low, high, method: 'bootstrap' }
  const bounds = exact()
  return bounds === undefined ? { low, high, method: 'none' } : { ...bounds, method: 'exact' }
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
