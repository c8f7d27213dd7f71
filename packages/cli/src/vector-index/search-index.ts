import { ChiaroError } from '@chiaro/core'
import { withVectorIndex } from '@chiaro/data/node'
import type { FoundRow } from '@chiaro/evaluate'
import { type CheckpointOption, runIdentity, type TaskRun } from '../open-run.ts'
import { aboutIndex } from './about-index.ts'
import { candidatesFor, rankedExactly } from './search-vectors.ts'

/**
 * The rows of an index nearest to a vector: those that the index takes for the likeliest, in the order of the exact product.
 *
 * @throws ChiaroError ('data') for an index of another dimension, or of another run where it is known
 */
export async function searchIndex(
  folder: string,
  vector: Float32Array,
  run: TaskRun,
  { top, checkpoint }: Pick<CheckpointOption, 'checkpoint'> & { readonly top: number },
): Promise<FoundRow[]> {
  return withVectorIndex(folder, async index => {
    const { effort, run: made } = aboutIndex('search', folder, index)
    const fail = (expected: string, got: string) =>
      new ChiaroError('data', `search: ${folder} must be an index of ${expected}, got ${got}`, '--index')
    if (index.dimension !== vector.length) {
      throw fail(`${vector.length} numbers a row, as ${run.folder} has`, String(index.dimension))
    }
    if (made !== undefined && made !== (await runIdentity(run, { checkpoint }))) {
      throw fail(`embeddings of ${run.folder}`, 'one of another run, or of another checkpoint')
    }
    const count = candidatesFor(top, effort)
    const candidates = await index.candidates(vector, { count, probes: effort.probes })
    return rankedExactly(vector, candidates, top)
  })
}
