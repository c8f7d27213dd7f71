import { ChiaroError, disposeModel } from '@chiaro/core'
import type { CommandContext } from '../context.ts'
import type { CellFlags } from '../data/table-source.ts'
import { type CheckpointOption, openTrained, type TaskRun } from '../open-run.ts'
import { openRowGallery } from '../row-gallery.ts'
import { nothingNearest } from './all-alike.ts'
import { nearestAmong } from './nearest-among.ts'

export interface RowSearchOptions extends CheckpointOption, CellFlags {
  /** The line of the row to look for others like. */
  readonly row?: number
  readonly table?: string
  readonly top: number
}

/** The rows whose embeddings are nearest to that of one of them, best first. */
export async function searchRows(
  run: TaskRun,
  { row, top, ...options }: RowSearchOptions,
  { terminal, signal }: CommandContext,
): Promise<void> {
  if (row === undefined) throw new ChiaroError('data', 'search: a run over rows needs --row', '--row')
  const model = await openTrained(run, options)
  try {
    const gallery = await openRowGallery('search', run, model, options)
    const { names, vectors, dimension } = gallery
    const at = names.indexOf(String(row))
    if (at < 0) {
      const expected = `a row of the table, from ${names[0]} to ${names[names.length - 1]}`
      throw new ChiaroError('data', `search: --row must be ${expected}, got ${row}`, '--row')
    }
    const asked = vectors.subarray(at * dimension, (at + 1) * dimension)
    const { nearest, alike } = await nearestAmong(asked, gallery, { top, signal })
    const found = nearest.map(({ name, score }) => ({ row: Number(name), score }))
    terminal.result({ row, found, ...(alike && { alike }) })
    if (alike !== undefined) terminal.print(nothingNearest(alike, 'rows'))
    for (const one of found) terminal.print(`${one.score.toFixed(3)}  row ${one.row}`)
  } finally {
    disposeModel(model)
  }
}
