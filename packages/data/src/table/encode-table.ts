import { ChiaroError, checkLength, typeError } from '@chiaro/core'
import { dataError } from '../data-error.ts'
import { type ColumnTable, isMissing, rowError, type TableColumn } from './column-table.ts'
import {
  type ColumnEncoding,
  type NumericEncoding,
  type TableEncoding,
  type TableLayout,
  tableLayout,
} from './table-encoding.ts'

/** Rows of numbers for a model, with what became of the table. */
export interface EncodedTable extends TableLayout {
  /** [rowCount, width] row-major, float32. */
  readonly rows: Float32Array
  readonly rowCount: number
  /** How many missing cells were imputed. */
  readonly imputed: number
  /** Columns of the table that the encoding doesn't know. */
  readonly ignored: readonly string[]
}

/**
 * Encodes a table's columns, matched by name: z = (x − mean)/deviation in float64, rounded once to float32; one-hot
 * categories. Columns that the encoding doesn't know are listed in `ignored`; constant ones are not looked at.
 *
 * @throws ChiaroError ('data') that names file, row and column: a missing cell where the encoding does not impute, an
 *   infinite number, a category the encoding doesn't know; a column that is not there or of the other kind
 *
 * @example
 * ```ts
 * import { decodeTable, encodeTable, fitTableEncoding, tableFromRecords } from '@chiaro/data'
 *
 * const table = tableFromRecords([{ age: 30, site: 'north' }, { age: 40, site: 'south' }])
 * const encoding = fitTableEncoding(table)
 * const { rows, width, logJacobian } = encodeTable(table, encoding)
 * console.log(width, rows) // 3 numbers a row: −1, 1, 0 and 1, 0, 1
 * console.log(logJacobian) // −log 5: what to add for a density a year
 * console.log(decodeTable(rows, encoding).columns.map(({ values }) => values)) // 30, 40; north, south
 * ```
 */
export function encodeTable(table: ColumnTable, encoding: TableEncoding): EncodedTable {
  const where = 'encodeTable'
  const layout = tableLayout(encoding)
  const rows = new Float32Array(table.rowCount * layout.width)
  let imputed = 0
  let start = 0
  for (const rule of encoding.columns) {
    if (rule.kind === 'constant') continue
    const column = matching(where, table, rule)
    for (let row = 0; row < table.rowCount; row++) {
      const missing = isMissing(column, row)
      const value = missing ? rule.imputation : column.values[row]
      if (value === undefined) {
        throw rowError(where, table, row, `${rule.name} must have a value, got a missing cell`)
      }
      imputed += missing ? 1 : 0
      const at = row * layout.width + start
      if (rule.kind === 'numeric') rows[at] = standardised(where, table, row, Number(value), rule)
      else rows[at + categoryColumn(where, table, row, String(value), rule)] = 1
    }
    start += rule.kind === 'numeric' ? 1 : rule.categories.length
  }
  const known = new Set(encoding.columns.map(({ name }) => name))
  const ignored = table.columns.map(({ name }) => name).filter(name => !known.has(name))
  return { ...layout, rows, rowCount: table.rowCount, imputed, ignored }
}

/**
 * Rows as columns again, in the table's own units: x = mean + z·deviation, the category of the largest entry (the
 * first of equals), constant columns with their value.
 *
 * @param rows [n, width] row-major, as `encodeTable` makes them or a model draws them
 * @throws TypeError unless rows are whole; ChiaroError ('non-finite') that names row and column
 * @see `encodeTable` for an example
 */
export function decodeTable(rows: ArrayLike<number>, encoding: TableEncoding): ColumnTable {
  const where = 'decodeTable'
  const { width, blocks } = tableLayout(encoding)
  if (rows.length % width !== 0) throw typeError(where, 'rows', `[n, ${width}]`, `${rows.length} numbers`)
  const rowCount = rows.length / width
  const entry = (row: number, name: string, at: number): number => {
    const value = rows[row * width + at]
    if (Number.isFinite(value)) return value
    const message = `${where}: rows must be finite, got ${value} in row ${row} for ${name}`
    throw new ChiaroError('non-finite', message, 'rows')
  }
  const columns = encoding.columns.map((rule): TableColumn => {
    const { name } = rule
    const start = blocks.find(block => block.name === name)?.start ?? 0
    if (rule.kind === 'numeric') {
      const decoded = (row: number) => rule.mean + rule.deviation * entry(row, name, start)
      return {
        name,
        kind: 'numeric',
        values: Float64Array.from({ length: rowCount }, (_, row) => decoded(row)),
      }
    }
    if (rule.kind === 'constant') return constantColumn(name, rule.value, rowCount)
    const values = Array.from({ length: rowCount }, (_, row) => {
      const entries = rule.categories.map((_, i) => entry(row, name, start + i))
      return rule.categories[entries.indexOf(Math.max(...entries))]
    })
    return { name, kind: 'categorical', values }
  })
  return { rowCount, columns }
}

function constantColumn(name: string, value: number | string, rowCount: number): TableColumn {
  return typeof value === 'number'
    ? { name, kind: 'numeric', values: new Float64Array(rowCount).fill(value) }
    : { name, kind: 'categorical', values: new Array<string>(rowCount).fill(value) }
}

function matching(where: string, table: ColumnTable, { name, kind }: ColumnEncoding): TableColumn {
  const column = table.columns.find(candidate => candidate.name === name)
  const origin = table.file === undefined ? undefined : { file: table.file }
  if (column === undefined) {
    const got = table.columns.map(candidate => candidate.name).join(', ')
    throw dataError(where, origin, `must have a column ${name}, got ${got}`)
  }
  checkLength(where, { [name]: column.values }, { exactly: table.rowCount })
  if (column.kind !== kind) throw dataError(where, origin, `${name} must be ${kind}, got ${column.kind}`)
  return column
}

function standardised(
  where: string,
  table: ColumnTable,
  row: number,
  value: number,
  { name, mean, deviation }: NumericEncoding,
): number {
  const z = Math.fround((value - mean) / deviation)
  if (Number.isFinite(z)) return z
  throw rowError(where, table, row, `${name} must be finite once standardised, got ${value}`)
}

function categoryColumn(
  where: string,
  table: ColumnTable,
  row: number,
  value: string,
  { name, categories }: { readonly name: string; readonly categories: readonly string[] },
): number {
  const index = categories.indexOf(value)
  if (index >= 0) return index
  const listedCategories = categories.length > 8 ? [...categories.slice(0, 8), '…'] : categories
  throw rowError(
    where,
    table,
    row,
    `${name} must be one of ${listedCategories.join(', ')}, got ${JSON.stringify(value)}`,
  )
}
