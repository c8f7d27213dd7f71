import { extname } from 'node:path'
import { conflictError, rangeError } from '@chiaro/core'
import { type Cell, columnOf, type MissingCells } from '../table/column-cells.ts'
import type { ColumnTable, TableColumn } from '../table/column-table.ts'
import { readParquetCells } from './parquet-cells.ts'
import { columnIndex, delimiterOf, readTable } from './read-table.ts'

export interface ReadColumnsOptions {
  /** The columns to read, in this order. Default all. */
  readonly columns?: readonly string[]
  /** Columns to read as categories though their cells are numbers: codes, classes. Default none. */
  readonly categorical?: readonly string[]
  /** Columns whose every cell must be a number. Default none: the cells decide. */
  readonly numeric?: readonly string[]
  /** What a missing cell is: an error, or a value to keep (NaN, undefined). Default 'error'. */
  readonly missing?: MissingCells
  /** Of CSV and TSV. Default a tab for .tsv and .tab files, else a comma. */
  readonly delimiter?: string
}

/**
 * Reads a table by columns: .parquet, or CSV or TSV with a header under any other extension.
 *
 * A column is numeric when every cell that is not missing is a decimal number (1, −0.5, 2e-3), else categorical;
 * Parquet's texts and booleans are always categories. `categorical` and `numeric` decide otherwise. Missing cells are
 * the empty one, `?`, `NA`, `N/A`, `NaN`, `nan`, `NULL`, `null`, and Parquet's null and NaN. Spaces around a value
 * are dropped.
 *
 * @throws ChiaroError ('data') that names the file, its row (the line, as an editor counts; in Parquet the record,
 *   from 1) and the column: a missing cell unless `missing` is 'keep', an infinite number, a cell of a `numeric`
 *   column that is none; what is wrong with the file as a whole (no such file, not UTF-8, a header only, rows of
 *   unequal length, a column name that comes twice, not Parquet); a column that is not there.
 *   RangeError and TypeError for options that no table can meet
 */
export async function readColumns(file: string, options: ReadColumnsOptions = {}): Promise<ColumnTable> {
  const where = 'readColumns'
  const { columns, categorical = [], numeric = [], missing = 'error', delimiter } = options
  checkOptions(where, options)
  const { names, cells, rowNumbers } = await (extname(file).toLowerCase() === '.parquet'
    ? { rowNumbers: undefined, ...(await readParquetCells(where, file, columns)) }
    : readTextCells(where, file, columns, delimiter ?? delimiterOf(file)))
  for (const [argument, chosen] of Object.entries({ categorical, numeric })) {
    const unknown = chosen.find(name => !names.includes(name))
    if (unknown === undefined) continue
    throw rangeError(where, argument, `columns that are read (${names.join(', ')})`, unknown)
  }
  const kindOf = (name: string): TableColumn['kind'] | undefined => {
    if (categorical.includes(name)) return 'categorical'
    return numeric.includes(name) ? 'numeric' : undefined
  }
  const textMayBeNumbers = rowNumbers !== undefined
  const rules = { where, table: { file, rowNumbers }, missing, textMayBeNumbers }
  return {
    file,
    ...(rowNumbers && { rowNumbers }),
    rowCount: cells[0].length,
    columns: names.map((name, i) => columnOf(name, cells[i], kindOf(name), rules)),
  }
}

async function readTextCells(
  where: string,
  file: string,
  columns: readonly string[] | undefined,
  delimiter: string,
): Promise<{ names: readonly string[]; cells: readonly Cell[][]; rowNumbers: readonly number[] }> {
  const table = await readTable(where, file, delimiter)
  const names = columns ?? table.header
  const cells = names.map(name => {
    const at = columnIndex(where, table, name)
    return table.rows.map(({ fields }) => fields[at])
  })
  return { names, cells, rowNumbers: table.rows.map(({ row }) => row) }
}

function checkOptions(where: string, options: ReadColumnsOptions): void {
  const { columns, categorical = [], numeric = [], missing = 'error' } = options
  if (columns?.length === 0) throw rangeError(where, 'columns', 'at least one column', 'none')
  const twice = columns?.find((name, i) => columns.indexOf(name) !== i)
  if (twice !== undefined) throw rangeError(where, 'columns', 'different columns', `${twice} twice`)
  const both = categorical.find(name => numeric.includes(name))
  if (both !== undefined) {
    throw conflictError(where, 'numeric', `a column is categorical or numeric, got ${both} as both`)
  }
  if (missing !== 'error' && missing !== 'keep') {
    throw rangeError(where, 'missing', "'error' or 'keep'", String(missing))
  }
}
