import {
  type ColumnTable,
  type TableFromRecordsOptions,
  type TableRecord,
  tableFromRecords,
  tableFromRows,
} from '@chiaro/data'
import type * as tf from '@tensorflow/tfjs-core'

/** Rows in memory: records, numbers row-major with how many a row has, a tensor [rows, width], or a table. */
export type GivenRows =
  | readonly TableRecord[]
  | { readonly values: ArrayLike<number>; readonly width: number; readonly names?: readonly string[] }
  | tf.Tensor2D
  | ColumnTable

/** Which keys of records are columns, and which are categories though they are numbers. */
export type GivenColumns = Pick<TableFromRecordsOptions, 'columns' | 'categorical'>

/** Rows as a table. @throws what `tableFromRecords` and `tableFromRows` throw */
export function tableOf(rows: GivenRows, options: TableFromRecordsOptions = {}): ColumnTable {
  if ('rowCount' in rows) return rows
  if ('dataSync' in rows) return tableFromRows(rows.dataSync(), rows.shape[1])
  if ('values' in rows && 'width' in rows) return tableFromRows(rows.values, rows.width, rows.names)
  return tableFromRecords(rows, options)
}

/** The rows of a table as records. */
export function recordsOf({ rowCount, columns }: ColumnTable): TableRecord[] {
  return Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values[row]])),
  )
}

/** Rows to learn from. */
export interface GivenTable extends GivenColumns {
  readonly rows: GivenRows
}

/** How a program gives a task rows to learn from. */
export const givenTable = {
  given: ['rows', 'columns', 'categorical'],
  // Whether a missing cell is an error is the settings' to say.
  data: ({ rows, columns, categorical }: GivenTable) =>
    tableOf(rows, { columns, categorical, missing: 'keep' }),
} as const
