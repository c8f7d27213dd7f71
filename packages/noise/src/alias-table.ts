import { checkLength, checkNumber, type RandomKey, rangeError } from '@chiaro/core'
import { foldIn, integerValues, unitValues } from '@chiaro/random'

/** A table that draws from n categories in constant time a draw. */
export interface AliasTable {
  /** The weights, divided by their sum. */
  readonly probabilities: Float64Array
  /** Cell i gives i with this probability, else its alias. */
  readonly thresholds: Float64Array
  readonly aliases: Int32Array
  /** `count` categories, independent. */
  draw(key: RandomKey, count: number): Int32Array
}

/**
 * Walker's alias table by Vose's construction (1991), in float64: n cells of probability 1/n each are filled by a category
 * with less than 1/n and topped up by one with more, so a draw is one cell and one comparison.
 *
 * @throws RangeError for no weight, one that is negative or not finite (named), and when all are 0
 */
export function aliasTable(where: string, argument: string, weights: readonly number[]): AliasTable {
  checkLength(where, { [argument]: weights }, { least: 1 })
  checkNumber(where, { [argument]: weights }, { least: 0 })
  // Scaled by the largest first: the sum of very large weights could overflow.
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0)
  if (largest === 0) throw rangeError(where, argument, 'positive somewhere', 'zeros only')
  const total = weights.reduce((sum, weight) => sum + weight / largest, 0)
  const n = weights.length
  const probabilities = Float64Array.from(weights, weight => weight / largest / total)
  const left = probabilities.map(p => p * n)
  const thresholds = new Float64Array(n).fill(1)
  const aliases = Int32Array.from({ length: n }, (_, i) => i)
  const small: number[] = []
  const large: number[] = []
  for (let i = 0; i < n; i++) (left[i] < 1 ? small : large).push(i)
  let donor = large.pop()
  for (let cell = small.pop(); cell !== undefined && donor !== undefined; cell = small.pop()) {
    thresholds[cell] = left[cell]
    aliases[cell] = donor
    left[donor] -= 1 - left[cell]
    if (left[donor] >= 1) continue
    small.push(donor)
    donor = large.pop()
  }
  // Cells left over are full but for rounding, and give themselves; a category without weight must not.
  const likeliest = probabilities.indexOf(probabilities.reduce((most, p) => Math.max(most, p), 0))
  for (let i = 0; i < n; i++) {
    if (probabilities[i] === 0 && aliases[i] === i) [thresholds[i], aliases[i]] = [0, likeliest]
  }
  return {
    probabilities,
    thresholds,
    aliases,
    draw(key, count) {
      const cells = integerValues(foldIn(key, 0), count, { maximum: n })
      const u = unitValues(foldIn(key, 1), count)
      return cells.map((cell, i) => (u[i] < thresholds[cell] ? cell : aliases[cell]))
    },
  }
}
