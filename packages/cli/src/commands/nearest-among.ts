import { type ComparedRows, type FoundRow, nearestRows } from '@chiaro/evaluate'
import type { Features } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import { type Alike, allAlike } from './all-alike.ts'

/** Embeddings with the names of their rows. */
interface Named extends Features {
  readonly names: readonly string[]
}

/** The rows nearest to one vector, best first; none where all are equally near. */
export async function nearestAmong(
  asked: Float32Array,
  { names, vectors, dimension }: Named,
  options: { readonly top: number; readonly signal?: AbortSignal },
): Promise<{ readonly nearest: readonly FoundRow[]; readonly alike?: Alike }> {
  const query = tf.tensor2d(asked, [1, dimension])
  let all: ComparedRows | undefined
  const onCompared = (compared: ComparedRows) => {
    all = compared
  }
  const [nearest] = await nearestRows(query, [{ vectors, names }], { ...options, onCompared }).finally(() =>
    query.dispose(),
  )
  const alike = allAlike(all)
  return alike === undefined ? { nearest } : { nearest: [], alike }
}
