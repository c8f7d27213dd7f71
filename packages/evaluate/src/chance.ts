import { checkInteger } from '@chiaro/core'

/**
 * The probability that at least one of `right` marked items is among the first k of `total` items in an order
 * drawn uniformly:
 *
 *   1 − C(total − right, k)/C(total, k) = 1 − Π_{i<right} (total − k − i)/(total − i).
 *
 * With total = m candidates this is the R@k of guessing; with the candidates of one score it shares out a tie.
 *
 * @param k 0 or less gives 0; total or more gives 1
 * @throws RangeError unless 1 ≤ right ≤ total are integers
 *
 * @example
 * ```ts
 * import { chanceOfHit } from '@chiaro/evaluate'
 *
 * console.log(chanceOfHit(100, 2, 5)) // one of two right ones among the first 5 of 100: 0.0980
 * ```
 */
export function chanceOfHit(total: number, right: number, k: number): number {
  checkInteger('chanceOfHit', { total })
  checkInteger('chanceOfHit', { right }, { least: 1, most: total })
  if (k <= 0) return 0
  if (right === 1) return Math.min(1, k / total)
  let missed = 1
  for (let i = 0; i < right && missed > 0; i++) missed *= Math.max(0, total - k - i) / (total - i)
  return 1 - missed
}
