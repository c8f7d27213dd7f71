import { ChiaroError, checkInteger, checkLength, described, typeError } from '@chiaro/core'
import { type Cell, columnOf, type MissingCells } from './column-builder.ts'
import type { ColumnTable } from './column-table.ts'

/** A row as a program has it: JSON of a request, a record of a database. */
export type TableRecord = Readonly<Record<string, number | string | boolean | bigint | null | undefined>>

export interface TableFromRecordsOptions {
  /** The columns to take, in this order. Default every key, in order of first appearance. */
  readonly columns?: readonly string[]
  /** Columns to take as categories though their values are numbers: codes, classes. Default none. */
  readonly categorical?: readonly string[]
  /** What a missing value (null, undefined, NaN, no such key) is: an error, or one to keep. Default 'error'. */
  readonly missing?: MissingCells
}

/**
 * A table of rows in memory. A column whose present values are all numbers is numeric; texts and booleans are
 * categories, also where the text is a number.
 *
 * @throws ChiaroError ('data') that names the record, from 1, and the column: a missing value unless they are kept, an
 *   infinite number, a value that is none of the types. RangeError for no rows; TypeError for a row that is no object
 *
 * @example
 * ```ts
 * import { tableFromRecords } from '@chiaro/data'
 *
 * const rows = [{ age: 31, code: 1 }, { age: 40, code: 2 }]
 * // Codes are numbers that mean nothing as numbers.
 * const { columns } = tableFromRecords(rows, { categorical: ['code'] })
 * console.log(columns.map(({ name, kind, values }) => [name, kind, values]))
 * ```
 */
export function tableFromRecords(
  rows: readonly TableRecord[],
  options: TableFromRecordsOptions = {},
): ColumnTable {
  const where = 'tableFromRecords'
  const { categorical = [], missing = 'error' } = options
  checkLength(where, { rows }, { least: 1 })
  const odd = rows.findIndex(row => typeof row !== 'object' || row === null || Array.isArray(row))
  if (odd >= 0) throw typeError(where, `rows[${odd}]`, 'an object of values by column', described(rows[odd]))
  const names = options.columns ?? [...new Set(rows.flatMap(row => Object.keys(row)))]
  const rules = { where, table: {}, missing, textMayBeNumbers: false }
  const columns = names.map(name => {
    const cells = rows.map((row, i) =>
      cellOf(where, i, name, Object.hasOwn(row, name) ? row[name] : undefined),
    )
    return columnOf(name, cells, categorical.includes(name) ? 'categorical' : undefined, rules)
  })
  return { rowCount: rows.length, columns }
}

/**
 * A table of numbers in memory: a typed array, or the data of a tensor [rows, width].
 *
 * @param values row-major
 * @param names of the columns. Default "x1", "x2", …
 * @throws TypeError unless the rows are whole
 *
 * @example
 * ```ts
 * import { tableFromRows } from '@chiaro/data'
 * import { key, normalValues } from '@chiaro/random'
 *
 * const { rowCount, columns } = tableFromRows(normalValues(key(1), 20), 2, ['x', 'y'])
 * console.log(rowCount, columns.map(({ name }) => name)) // 10, x and y
 * ```
 */
export function tableFromRows(
  values: ArrayLike<number>,
  width: number,
  names: readonly string[] = Array.from({ length: width }, (_, j) => `x${j + 1}`),
): ColumnTable {
  const where = 'tableFromRows'
  checkInteger(where, { width }, { least: 1 })
  checkLength(where, { names }, { exactly: width, each: 'column' })
  if (values.length % width !== 0)
    throw typeError(where, 'values', `[rows, ${width}]`, `${values.length} values`)
  const rowCount = values.length / width
  return {
    rowCount,
    columns: names.map((name, j) => ({
      name,
      kind: 'numeric',
      values: Float64Array.from({ length: rowCount }, (_, row) => values[row * width + j]),
    })),
  }
}

function cellOf(where: string, row: number, name: string, value: unknown): Cell {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value
  const message = `${where}: record ${row + 1}: ${name} must be a number, a text or a boolean, got ${described(value)}`
  throw new ChiaroError('data', message, name)
}
