import type { ChiaroError } from '@chiaro/core'
import { dataError } from '../data-error.ts'

/** A column of numbers in float64; NaN is a missing cell. */
export interface NumericColumn {
  readonly name: string
  readonly kind: 'numeric'
  readonly values: Float64Array
}

/** A column of categories; undefined is a missing cell. */
export interface CategoricalColumn {
  readonly name: string
  readonly kind: 'categorical'
  readonly values: readonly (string | undefined)[]
}

export type TableColumn = NumericColumn | CategoricalColumn

/** A column of a file that is not read. */
export interface LeftOutColumn {
  readonly name: string
  /** A sentence's half: "it has no name". */
  readonly why: string
}

/** A table by columns, each of `rowCount` values. */
export interface ColumnTable {
  /** Where it was read from, for messages. */
  readonly file?: string
  /** The line of the file where each row begins, as an editor counts; absent where rows have no lines. */
  readonly rowNumbers?: ArrayLike<number>
  readonly rowCount: number
  readonly columns: readonly TableColumn[]
  /** Columns of the file that are not among them though nobody said so; absent for none. */
  readonly leftOut?: readonly LeftOutColumn[]
}

/** Whether a row has no value in a column. */
export function isMissing(column: TableColumn, row: number): boolean {
  return column.kind === 'numeric' ? Number.isNaN(column.values[row]) : column.values[row] === undefined
}

/** An error of code 'data' about a row (from 0), under the number that its reader knows it by. */
export function rowError(
  where: string,
  table: Pick<ColumnTable, 'file' | 'rowNumbers'>,
  row: number,
  problem: string,
): ChiaroError {
  const { file, rowNumbers } = table
  if (file !== undefined && rowNumbers !== undefined) {
    return dataError(where, { file, row: rowNumbers[row] }, problem)
  }
  // Rows without lines (Parquet, memory) count from 1, as embedding files' records do.
  return dataError(where, file === undefined ? undefined : { file }, `record ${row + 1}: ${problem}`)
}
