import type { Embeddings, VectorIndex } from '@chiaro/data/node'
import { type FoundRow, nearestRows } from '@chiaro/evaluate'
import * as tf from '@tensorflow/tfjs-core'

/** How much of an index a search looks at. */
export interface Effort {
  /** Partitions that are looked into. */
  readonly probes: number
  /** Candidates that are compared exactly, for each row asked for. */
  readonly factor: number
}

/** Candidates of a search, fewest where few rows are asked for: their vectors are what decides. */
export const candidatesFor = (top: number, { factor }: Pick<Effort, 'factor'>) => Math.max(top * factor, 50)

/** Candidates as one vector sees them, by the exact product. `row` is a candidate's place. */
export async function rankedExactly(
  vector: Float32Array,
  { names, vectors, dimension }: Embeddings,
  top: number,
): Promise<FoundRow[]> {
  const query = tf.tensor2d(vector, [1, dimension])
  const [found] = await nearestRows(query, [{ names, vectors }], { top }).finally(() => query.dispose())
  return found
}

/** The rows of all that are nearest to each vector: every one is compared. */
export async function nearestOfAll(
  vectors: readonly Float32Array[],
  index: VectorIndex,
  top: number,
  signal?: AbortSignal,
): Promise<FoundRow[][]> {
  const { dimension } = index
  const all = new Float32Array(vectors.length * dimension)
  for (const [i, vector] of vectors.entries()) all.set(vector, i * dimension)
  const queries = tf.tensor2d(all, [vectors.length, dimension])
  return nearestRows(queries, index.scan(), { top, signal }).finally(() => queries.dispose())
}
