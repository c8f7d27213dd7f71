import type { RandomKey } from '@chiaro/core'
import { split, uniformValues } from '@chiaro/random'

/**
 * `count` categories drawn with probabilities softmax(logits), by inversion in float64 on the host. Each takes 48
 * random bits, so that categories far rarer than one in 2²⁴ are still drawn as often as they should be.
 */
export function sampleCategories(key: RandomKey, logits: ArrayLike<number>, count: number): Int32Array {
  const cumulative = new Float64Array(logits.length)
  const maximum = Array.from(logits).reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  let total = 0
  for (let k = 0; k < logits.length; k++) {
    total += Math.exp(logits[k] - maximum)
    cumulative[k] = total
  }
  const [leading, trailing] = split(key, 2).map(part => uniformValues(part, count))
  return Int32Array.from(leading, (u, i) => firstAbove(cumulative, (u + trailing[i] * 2 ** -24) * total))
}

/** The first k with sorted[k] > value: a category of probability 0 is passed over. */
function firstAbove(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] > value) high = middle
    else low = middle + 1
  }
  return low
}
