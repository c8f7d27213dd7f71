import { checkInteger, checkShape } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { chanceOfHit } from './chance.ts'
import { meanOfQueries } from './mean-of-queries.ts'
import { averagePrecisionAtR, discountedGain, reciprocalRank } from './ranking-figures.ts'
import { type Level, standings } from './ranks.ts'
import { type Relevant, rightAnswers } from './relevant.ts'
import { unitRows } from './unit-rows.ts'

/** A number for each cutoff: { r1, r5, r10 }, fractions of 1. */
export type Recalls<K extends number = 1 | 5 | 10> = { readonly [Name in `r${K}`]: number }

export interface RetrievalOptions<K extends number = 1 | 5 | 10> {
  /** Which candidates are right for each query. Default: candidate i for query i. */
  readonly relevant?: Relevant
  /** The cutoffs k. Default [1, 5, 10]. */
  readonly at?: readonly K[]
  readonly signal?: AbortSignal
}

export interface RetrievalResult<K extends number = 1 | 5 | 10> {
  /** R@k: the share of queries with a right answer among their k nearest candidates. */
  readonly recalls: Recalls<K>
  /** Of each recall over queries: √(s²/n), s² the sample variance of the hits; 0 for a single query. */
  readonly standardErrors: Recalls<K>
  /** R@k of candidates in random order, exactly. */
  readonly chance: Recalls<K>
  /** The hit of each query: 0 or 1, or a probability where a tie reaches over the cutoff. */
  readonly hits: { readonly [Name in `r${K}`]: Float64Array }
  /** The rank of each query's first right answer, from 1; under ties its expectation. */
  readonly ranks: Float64Array
  readonly meanRank: number
  readonly medianRank: number
  /** The mean of 1/rank of the first right answer. */
  readonly meanReciprocalRank: number
  /** The mean discounted gain of all right answers over the best there could be (Järvelin and Kekäläinen 2002). */
  readonly ndcg: number
  /** MAP@R: precision at each right answer among the first R, over R, of R right ones (Musgrave et al. 2020). */
  readonly mapAtR: number
  readonly queries: number
  readonly candidates: number
}

/**
 * Recall@k of retrieval by cosine: for every query, candidates are ordered by descending cosine and one right
 * answer among the first k is a hit, however many are right.
 *
 * Ties: candidates of exactly equal score stand in random order, and the hit is its expectation, in closed form.
 * With b wrong candidates above the best right score, t wrong and r right ones at it,
 *
 *   hit@k = 1 − C(t, k − b)/C(t + r, k − b),   rank = b + (t + r + 1)/(r + 1).
 *
 * The other figures are expectations over these orders too (`ranking-figures`).
 *
 * So the order in which candidates are given never matters, equal embeddings score chance, and no encoder gains
 * from collapsing. Scores are compared in float64: the same embeddings give the same figures on every backend.
 *
 * Memory: a tile of 4 MB beside the embeddings.
 *
 * @param queries [n, d], any lengths
 * @param candidates [m, d]
 * @throws TypeError or RangeError for shapes, cutoffs, indices out of range or a query without a right answer;
 * ChiaroError ('non-finite') for embeddings, with their row; the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { retrievalRecall } from '@chiaro/evaluate'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const texts = normal(key(1), [50, 16])
 * const images = tf.add<tf.Tensor2D>(texts, normal(key(2), [50, 16]))
 * const { recalls, standardErrors, medianRank } = await retrievalRecall(texts, images, { at: [1, 5] })
 * console.log(recalls.r1, standardErrors.r1, recalls.r5, medianRank)
 * ```
 */
export async function retrievalRecall<const K extends number = 1 | 5 | 10>(
  queries: tf.Tensor2D,
  candidates: tf.Tensor2D,
  options: RetrievalOptions<K> = {},
): Promise<RetrievalResult<K>> {
  const where = 'retrievalRecall'
  const { relevant, signal, at = [1, 5, 10] as const as readonly number[] as readonly K[] } = options
  checkInteger(where, { at }, { least: 1 })
  const { d } = checkShape(where, { queries }, ['n', 'd'], { least: { n: 1, d: 1 } })
  checkShape(where, { candidates }, ['m', d])
  const from = await unitRows(where, 'queries', queries)
  const to = await unitRows(where, 'candidates', candidates)
  const right = rightAnswers(where, relevant, from.count, to.count)
  const all = await standings(from, to, right, signal)

  const perCutoff = <T>(value: (k: number) => T) =>
    Object.fromEntries(at.map(k => [`r${k}`, value(k)])) as { readonly [Name in `r${K}`]: T }
  const hitsAt = new Map(
    at.map((k): [number, Float64Array] => [k, Float64Array.from(all, ([first]) => hitProbability(first, k))]),
  )
  const ranks = Float64Array.from(all, ([{ better, tied, tiedRight }]) => {
    return better + (tied + tiedRight + 1) / (tiedRight + 1)
  })
  return {
    recalls: perCutoff(k => mean(hitsAt.get(k)!)),
    standardErrors: perCutoff(k => meanOfQueries(hitsAt.get(k)!).standardError),
    chance: perCutoff(k => mean(Float64Array.from(right, r => chanceOfHit(to.count, r.length, k)))),
    hits: perCutoff(k => hitsAt.get(k)!),
    ranks,
    meanRank: mean(ranks),
    medianRank: median(ranks),
    meanReciprocalRank: mean(Float64Array.from(all, reciprocalRank)),
    ndcg: mean(Float64Array.from(all, discountedGain)),
    mapAtR: mean(Float64Array.from(all, averagePrecisionAtR)),
    queries: from.count,
    candidates: to.count,
  }
}

function hitProbability({ better, tied, tiedRight }: Level, k: number): number {
  return chanceOfHit(tied + tiedRight, tiedRight, k - better)
}

const mean = (values: Float64Array) => meanOfQueries(values).value

function median(values: Float64Array): number {
  const sorted = values.toSorted()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
