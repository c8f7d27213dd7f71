import { checkLength, rangeError } from '@chiaro/core'

/** Scores sorted into distinct levels, highest first: what is left of them for figures that ties must not move. */
export interface ScoreLevels {
  readonly count: number
  /** The level of each positive row, in the rows' order. */
  readonly positives: Int32Array
  /** The level of each negative row. */
  readonly negatives: Int32Array
}

/** How many positives and negatives lie at each level. */
export interface LevelCounts {
  readonly positives: Float64Array
  readonly negatives: Float64Array
}

/**
 * Checks scores and labels, and sorts them. Infinite scores (a density of 0) are levels as any.
 *
 * @throws TypeError for lengths that differ; RangeError that names a NaN score, a label that is neither 0 nor 1, and
 *   for labels all alike
 */
export function scoreLevels(
  where: string,
  scores: ArrayLike<number>,
  labels: ArrayLike<number | boolean>,
): ScoreLevels {
  const n = scores.length
  checkLength(where, { labels }, { exactly: n, each: 'score' })
  for (let row = 0; row < n; row++) {
    if (Number.isNaN(scores[row])) throw rangeError(where, `scores[${row}]`, 'a number', 'NaN')
    const label = Number(labels[row])
    if (label === 0 || label === 1) continue
    throw rangeError(where, `labels[${row}]`, '0 or 1, or a boolean', String(labels[row]))
  }
  const order = Array.from({ length: n }, (_, row) => row)
  // Not a difference: of equal infinities that is NaN.
  order.sort((a, b) => (scores[a] === scores[b] ? 0 : scores[a] < scores[b] ? 1 : -1))
  const level = new Int32Array(n)
  for (let place = 1; place < n; place++) {
    const above = level[order[place - 1]]
    level[order[place]] = scores[order[place]] === scores[order[place - 1]] ? above : above + 1
  }
  const count = n === 0 ? 0 : level[order[n - 1]] + 1
  const positives = level.filter((_, row) => Number(labels[row]) === 1)
  const negatives = level.filter((_, row) => Number(labels[row]) === 0)
  if (positives.length > 0 && negatives.length > 0) return { count, positives, negatives }
  const got = `${positives.length} positives and ${negatives.length} negatives`
  throw rangeError(where, 'labels', 'of both kinds', got)
}

/** The counts of levels as they are. */
export function levelCounts({ count, positives, negatives }: ScoreLevels): LevelCounts {
  return { positives: histogram(positives, count), negatives: histogram(negatives, count) }
}

export function histogram(levels: Int32Array, count: number): Float64Array {
  const counts = new Float64Array(count)
  for (const level of levels) counts[level] += 1
  return counts
}
