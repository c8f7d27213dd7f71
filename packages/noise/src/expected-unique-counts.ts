import { checkInteger, checkNumber } from '@chiaro/core'

/**
 * The expected count, 0 or 1, of ids in a sample without repeats: the probability that one of T independent draws is the id,
 *
 *   1 − (1 − p)^T = −expm1(T·log1p(−p)),
 *
 * which keeps its digits as p → 0, where it is T·p. Exact for a fixed T; with the T that a `sampleUnique` needed it is the
 * usual approximation.
 *
 * @param probabilities one an id, 0…1
 * @throws RangeError that names a probability outside 0…1, and unless tries is a non-negative integer
 *
 * @example
 * ```ts
 * import { expectedUniqueCounts } from '@chiaro/noise'
 *
 * console.log(expectedUniqueCounts([0.5, 0.1], 3)) // 1 − (1 − p)³: 0.875 and 0.271
 * ```
 */
export function expectedUniqueCounts(probabilities: ArrayLike<number>, tries: number): Float64Array {
  const where = 'expectedUniqueCounts'
  checkInteger(where, { tries }, { least: 0 })
  checkNumber(where, { probabilities }, { least: 0, most: 1 })
  const counts = new Float64Array(probabilities.length)
  for (let i = 0; i < counts.length; i++) {
    const p = probabilities[i]
    // 0·log 0 would be NaN.
    counts[i] = tries === 0 ? 0 : -Math.expm1(tries * Math.log1p(-p))
  }
  return counts
}
