import { checkLength } from '@chiaro/core'
import type { FoundRow } from './nearest-rows.ts'

/** What rounding leaves between the cosines of one pair of rows, in two products. */
const roundingOfCosine = 1e-6

/**
 * How many of the exact nearest rows of each query an approximate search has found: recall@k, for k = the number of exact
 * ones. A found row counts when its cosine reaches that of the k-th exact one, within 1e-6: of rows that are equally near,
 * duplicates for instance, any will do.
 *
 *   recallᵢ = |{ j ≤ k : found score ≥ exact scoreₖ }| / k
 *
 * @param found for each query the rows that a search gives, best first; those behind the k-th do not count
 * @param exact for each query the nearest rows of all: what `nearestRows` gives
 * @returns [queries] between 0 and 1; 1 for a query without exact rows
 * @throws TypeError for another number of queries
 * @see Aumüller, Bernhardsson & Faithfull, ANN-Benchmarks (2018), §2.2, https://arxiv.org/abs/1807.05614
 */
export function neighbourRecall(
  found: readonly (readonly Pick<FoundRow, 'score'>[])[],
  exact: readonly (readonly Pick<FoundRow, 'score'>[])[],
): Float64Array {
  checkLength('neighbourRecall', { found }, { exactly: exact.length, each: 'query' })
  return Float64Array.from(exact, (nearest, query) => {
    const k = nearest.length
    if (k === 0) return 1
    const least = nearest[k - 1].score - roundingOfCosine
    return found[query].slice(0, k).filter(({ score }) => score >= least).length / k
  })
}
