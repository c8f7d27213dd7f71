import { checkLength, checkNumber } from '@chiaro/core'
import { foldIn, integerValues } from '@chiaro/random'
import {
  checkedInterval,
  type IntervalMethod,
  type IntervalOptions,
  intervalOf,
  standardDeviation,
} from './bootstrap-interval.ts'
import { unanimousInterval } from './unanimous-interval.ts'

/** A mean with what the bootstrap says of it. */
export interface MeanInterval {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly method: IntervalMethod
  /** The standard deviation over resamples: 0 where they are all alike. */
  readonly standardError: number
  readonly level: number
  readonly resamples: number
  readonly rows: number
}

/**
 * The mean of rows with a percentile interval and a standard error by the bootstrap (Efron 1979): rows are drawn with
 * replacement, as many as there are. Of hits (true) and misses (false) that is an accuracy; of hits alone, or misses
 * alone, the interval is the exact one of `unanimousInterval`, as no resample differs. Resample r draws with
 * foldIn(key, r).
 *
 * @param values [n] numbers, or booleans as 1 and 0
 * @throws RangeError for no rows, a row that is not finite, resamples < 2 and a level not between 0 and 1
 *
 * @example
 * ```ts
 * import { meanWithInterval } from '@chiaro/evaluate'
 * import { key } from '@chiaro/random'
 *
 * const hits = Array.from({ length: 40 }, (_, i) => i % 4 > 0)
 * console.log(meanWithInterval(hits, { key: key(1) })) // 0.75 and about ±0.13
 * ```
 */
export function meanWithInterval(
  values: ArrayLike<number | boolean>,
  options: IntervalOptions,
): MeanInterval {
  const where = 'meanWithInterval'
  const { key } = options
  const { resamples, level } = checkedInterval(where, options)
  const rows = values.length
  checkLength(where, { values }, { least: 1 })
  const numbers = Float64Array.from(values, Number)
  checkNumber(where, { values: numbers })
  const means = Float64Array.from({ length: resamples }, (_, r) => {
    const drawn = integerValues(foldIn(key, r), rows, { maximum: rows })
    let sum = 0
    for (let i = 0; i < rows; i++) sum += numbers[drawn[i]]
    return sum / rows
  }).sort()
  const first = values[0]
  return {
    value: numbers.reduce((sum, value) => sum + value, 0) / rows,
    ...intervalOf(means, level, () =>
      typeof first === 'boolean' ? unanimousInterval(rows, first, { level }) : undefined,
    ),
    standardError: standardDeviation(means),
    level,
    resamples,
    rows,
  }
}
