import { ChiaroError } from '@chiaro/core'
import { type ColumnTable, encodeTable, fitTableEncoding, type TableEncoding } from '@chiaro/data'
import { readColumns } from '@chiaro/data/node'
import { foldIn, key as keyOf } from '@chiaro/random'
import type { EbmSource } from './config.ts'
import { pickTableRows, type Rows, splitRows } from './rows.ts'

/** A table made ready: encoded by what its training rows say, in three parts. */
export interface EbmData {
  readonly encoding: TableEncoding
  readonly training: Rows
  readonly validation: Rows
  readonly heldOut: Rows
  /** The table's columns in its own order. */
  readonly order: readonly string[]
  /** What a reader should know about the columns. */
  readonly notes: readonly string[]
}

/** Fewer rows can't be parted, and can't tell a density. */
const fewestRows = 20

/** Reads, parts and encodes the table of a run; the same source and seed give the same rows. */
export async function prepareTable(source: EbmSource, seed: number): Promise<EbmData> {
  const read = await readColumns(source.table, {
    columns: source.columns,
    categorical: source.categorical,
    missing: source.impute ? 'keep' : 'error',
  })
  const table = numericFirst(read)
  if (table.rowCount < fewestRows) {
    const problem = `must have at least ${fewestRows} rows, got ${table.rowCount}`
    throw new ChiaroError('data', `train ebm: ${source.table} ${problem}`, 'table')
  }
  const { training, validation, heldOut } = splitRows(table.rowCount, source, foldIn(keyOf(seed), 4))
  const ofTraining = pickTableRows(table, training)
  const encoding = fitTableEncoding(ofTraining, { impute: source.impute })
  const encode = (part: ColumnTable) => encodeTable(part, encoding)
  const parts = [ofTraining, pickTableRows(table, validation), pickTableRows(table, heldOut)].map(encode)
  const imputed = parts.reduce((sum, part) => sum + part.imputed, 0)
  const { constant } = parts[0]
  const rows = parts.map(({ rows, width, rowCount }): Rows => ({ values: rows, width, count: rowCount }))
  return {
    encoding,
    training: rows[0],
    validation: rows[1],
    heldOut: rows[2],
    order: read.columns.map(({ name }) => name),
    notes: [
      ...(constant.length === 0 ? [] : [`left out, since they never change: ${constant.join(', ')}`]),
      ...(imputed === 0 ? [] : [`${imputed} missing cells were given their column's median or mode`]),
    ],
  }
}

/** Noise is joint over numeric columns and independent over categories, so each kind lies together. */
function numericFirst(table: ColumnTable): ColumnTable {
  const of = (kind: string) => table.columns.filter(column => column.kind === kind)
  return { ...table, columns: [...of('numeric'), ...of('categorical')] }
}
