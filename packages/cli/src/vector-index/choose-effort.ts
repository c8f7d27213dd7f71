import type { VectorIndex } from '@chiaro/data/node'
import { type FoundRow, type MeanOfQueries, meanOfQueries, neighbourRecall } from '@chiaro/evaluate'
import { candidatesFor, type Effort, rankedExactly } from './search-vectors.ts'

/** Vectors to search by, and what a search should find. */
export interface Questions {
  readonly vectors: readonly Float32Array[]
  /** [vectors] the nearest rows of all. */
  readonly exact: readonly (readonly FoundRow[])[]
  readonly top: number
}

/** Candidates for each row asked for that are tried. */
const factors = [5, 10, 20, 40]

/** What reading one vector by its place costs, in bytes: a page of the disk. */
const pageBytes = 4096

/** Bytes that a search reads: codes and row numbers of partitions, and a page for each candidate. Depends on no clock. */
function work({ rows, partitions, subVectors }: VectorIndex, top: number, effort: Effort): number {
  return effort.probes * (rows / partitions) * (subVectors + 8) + candidatesFor(top, effort) * pageBytes
}

/**
 * The least effort by which the recall of some questions reaches `target` with a standard error to spare; else that of the
 * highest recall.
 */
export async function chooseEffort(
  index: VectorIndex,
  questions: Questions,
  target: number,
  signal?: AbortSignal,
): Promise<Effort> {
  let best: { readonly effort: Effort; readonly work: number } | undefined
  let highest = { recall: -1, effort: { probes: 1, factor: factors[0] } }
  for (let probes = 1; ; probes *= 2) {
    const most = { probes: Math.min(probes, index.partitions), factor: factors[factors.length - 1] }
    const least = work(index, questions.top, { ...most, factor: factors[0] })
    if (best !== undefined && best.work <= least) break
    const ranked = await rankedByEach(index, questions, most, signal)
    for (const factor of factors) {
      const effort = { ...most, factor }
      const { value, standardError } = recallWithin(ranked, questions, factor)
      if (value > highest.recall) highest = { recall: value, effort }
      const needed = work(index, questions.top, effort)
      if (value - standardError >= target && needed < (best?.work ?? Infinity))
        best = { effort, work: needed }
    }
    if (most.probes === index.partitions) break
  }
  return best?.effort ?? highest.effort
}

/** The recall of an index with some effort. */
export async function measureRecall(
  index: VectorIndex,
  questions: Questions,
  effort: Effort,
  signal?: AbortSignal,
): Promise<MeanOfQueries> {
  return recallWithin(await rankedByEach(index, questions, effort, signal), questions, effort.factor)
}

/** All candidates of each question, ranked exactly; `row` is the place at which the index has given one. */
async function rankedByEach(
  index: VectorIndex,
  { vectors, top }: Questions,
  { probes, factor }: Effort,
  signal?: AbortSignal,
): Promise<FoundRow[][]> {
  const ranked: FoundRow[][] = []
  const count = candidatesFor(top, { factor })
  for (const vector of vectors) {
    signal?.throwIfAborted()
    ranked.push(await rankedExactly(vector, await index.candidates(vector, { count, probes }), count))
  }
  return ranked
}

/** The recall where the first candidates of the index alone had been ranked. */
function recallWithin(
  ranked: readonly (readonly FoundRow[])[],
  { exact, top }: Questions,
  factor: number,
): MeanOfQueries {
  const within = candidatesFor(top, { factor })
  const found = ranked.map(rows => rows.filter(({ row }) => row < within).slice(0, top))
  return meanOfQueries(neighbourRecall(found, exact))
}
