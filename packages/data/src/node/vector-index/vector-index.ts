import type { Embeddings } from '../embeddings.ts'
import { columns, embeddingsOf } from './arrow.ts'
import type { IndexFile } from './index-file.ts'
import type { LanceTable } from './load-lance.ts'

/** Vectors on the disk, of which a search looks at a part. */
export interface VectorIndex extends Omit<IndexFile, 'schemaVersion' | 'tableVersion'> {
  /**
   * Rows that are probably among the nearest to a vector by cosine, with their vectors, the likeliest first. Which of them
   * are the nearest is for an exact product to say (`nearestRows` of @chiaro/evaluate).
   *
   * @param vector [dimension]
   * @param options.count how many
   * @param options.probes in how many of the partitions is looked, those nearest to the vector
   */
  candidates(
    vector: Float32Array,
    options: { readonly count: number; readonly probes: number },
  ): Promise<Embeddings>
  /** All rows, some at a time, in no promised order. */
  scan(): AsyncGenerator<Embeddings, void, undefined>
}

/** The index over a table. */
export function indexOver(
  table: LanceTable,
  { rows, dimension, partitions, subVectors, about }: Omit<IndexFile, 'schemaVersion' | 'tableVersion'>,
): VectorIndex {
  return {
    ...{ rows, dimension, partitions, subVectors, about },
    async candidates(vector, { count, probes }) {
      const near = table
        .query()
        .nearestTo(vector)
        .distanceType('cosine')
        .nprobes(Math.min(probes, partitions))
      // LanceDB says the distances too, and wants them among what is selected.
      const { batches } = await near
        .limit(count)
        .select([...columns, '_distance'])
        .toArrow()
      return embeddingsOf(batches, dimension)
    },
    async *scan() {
      for await (const batch of table.query().select(columns)) yield embeddingsOf([batch], dimension)
    },
  }
}
