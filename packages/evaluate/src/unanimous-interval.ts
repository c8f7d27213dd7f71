import { checkInteger, checkNumber } from '@chiaro/core'

/**
 * The exact interval of a probability p of which all of n independent trials were hits, or all misses. Of hits alone the
 * data have probability pⁿ, which is (1 − level)/2 at the lower end:
 *
 *   low = ((1 − level)/2)^(1/n),  high = 1;   of misses alone low = 0, high = 1 − ((1 − level)/2)^(1/n).
 *
 * Where a bootstrap, or √(p(1 − p)/n), would call p certain: at n = 10 hits it says no more than p ≥ 0.69.
 *
 * @throws RangeError unless trials is a positive integer and 0 < level < 1
 * @see Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial" (1934)
 *
 * @example
 * ```ts
 * import { unanimousInterval } from '@chiaro/evaluate'
 *
 * console.log(unanimousInterval(20, true)) // 20 hits of 20: at least 0.83, not surely 1
 * ```
 */
export function unanimousInterval(
  trials: number,
  hits: boolean,
  { level = 0.95 }: { readonly level?: number } = {},
): { readonly low: number; readonly high: number } {
  checkInteger('unanimousInterval', { trials }, { least: 1 })
  checkNumber('unanimousInterval', { level }, { above: 0, below: 1 })
  const least = ((1 - level) / 2) ** (1 / trials)
  return hits ? { low: least, high: 1 } : { low: 0, high: 1 - least }
}
