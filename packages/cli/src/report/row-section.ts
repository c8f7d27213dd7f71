import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { foldIn, key, permutation } from '@chiaro/random'
import { type CheckpointOption, openTrained, type TaskRun } from '../open-run.ts'
import type { CommonOptions } from '../options.ts'
import { openRowGallery } from '../row-gallery.ts'
import { embeddingMap } from './embedding-map.ts'
import { type Markup, section } from './page.ts'

interface RowSectionOptions extends CommonOptions, CheckpointOption {
  /** How many rows the map shows. */
  readonly pictures: number
}

/** A map of the rows that a run was trained on. */
export async function rowSection(run: TaskRun, options: RowSectionOptions): Promise<Markup> {
  await useBackend(options.backend, options)
  const model = await openTrained(run, options)
  try {
    const { vectors, dimension, names } = await openRowGallery('report', run, model, {})
    const count = Math.min(options.pictures, names.length)
    const chosen = permutation(foldIn(key(options.seed), 0), names.length).slice(0, count)
    const some = new Float32Array(count * dimension)
    chosen.forEach((row, i) => {
      some.set(vectors.subarray(row * dimension, (row + 1) * dimension), i * dimension)
    })
    const { explained, ...map } = embeddingMap({ vectors: some, dimension }, undefined)
    const share =
      explained === undefined ? 'all at one place' : `${(100 * explained).toFixed(0)} % of the variance`
    return section('Embeddings', `${count} rows along the two main components, ${share}.`, map)
  } finally {
    disposeModel(model)
  }
}
