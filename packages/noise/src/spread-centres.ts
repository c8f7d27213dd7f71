import type { RandomKey } from '@chiaro/core'
import { foldIn, unitValues } from '@chiaro/random'
import type { HostRows } from './host-rows.ts'

/**
 * `count` rows far from each other (k-means++, Arthur and Vassilvitskii 2007): the first by chance, each further one with
 * probability proportional to its squared distance, in column deviations, from the nearest so far.
 *
 * @param turn awaited between two centres
 */
export async function spreadCentres(
  key: RandomKey,
  { values, n, d }: HostRows,
  variance: readonly number[],
  count: number,
  turn: () => Promise<void>,
): Promise<number[][]> {
  const u = unitValues(foldIn(key, 0), count)
  const rowAt = (i: number) => Array.from({ length: d }, (_, j) => values[i * d + j])
  const centres = [rowAt(Math.floor(u[0] * n))]
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY)
  for (let k = 1; k < count; k++) {
    await turn()
    const last = centres[k - 1]
    let total = 0
    for (let i = 0; i < n; i++) {
      let distance = 0
      for (let j = 0; j < d; j++) distance += (values[i * d + j] - last[j]) ** 2 / variance[j]
      nearest[i] = Math.min(nearest[i], distance)
      total += nearest[i]
    }
    let mass = u[k] * total
    let chosen = 0
    // Fewer distinct rows than centres leave no distance at all: then any row will do.
    while (chosen < n - 1 && mass >= nearest[chosen]) mass -= nearest[chosen++]
    centres.push(rowAt(chosen))
  }
  return centres
}
