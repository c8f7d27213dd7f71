import { checkInteger, conflictError } from '@chiaro/core'
import { dataError } from '../data-error.ts'
import {
  type CategoricalColumn,
  type ColumnTable,
  isMissing,
  type NumericColumn,
  rowError,
  type TableColumn,
} from './column-table.ts'
import type { ColumnEncoding, TableEncoding } from './table-encoding.ts'

export interface FitTableEncodingOptions {
  /** Put the median, or the most frequent category, in the place of missing cells. Default false: an error. */
  readonly impute?: boolean
  /** A column of more categories is refused: it is a name, an identifier or a mistyped number. Default 64. */
  readonly maximumCategories?: number
}

/**
 * How to encode a table for a density model: each numeric column standardised with its mean and its (population)
 * standard deviation in float64, each categorical one one-hot. Columns of one value only are kept out, `constant` in
 * `tableLayout`. Fit it on the training rows alone. The result is plain JSON.
 *
 * @throws ChiaroError ('data') that names file, row and column: a missing cell unless `impute`, an infinite number;
 *   a column without any value, with too many categories, or with numbers too large for float64 sums.
 *   TypeError where no column is left to encode; RangeError for options and for no rows
 *
 * @example
 * ```ts
 * import { fitTableEncoding, tableFromRecords } from '@chiaro/data'
 *
 * const rows = [{ age: 30 }, { age: null }, { age: 40 }, { age: 35 }]
 * const table = tableFromRecords(rows, { missing: 'keep' })
 * console.log(JSON.stringify(fitTableEncoding(table, { impute: true }))) // mean, deviation and the median, 35
 * ```
 */
export function fitTableEncoding(table: ColumnTable, options: FitTableEncodingOptions = {}): TableEncoding {
  const where = 'fitTableEncoding'
  const { impute = false, maximumCategories = 64 } = options
  checkInteger(where, { maximumCategories }, { least: 2 })
  checkInteger(where, { 'table.rowCount': table.rowCount }, { least: 1 })
  const columns = table.columns.map((column): ColumnEncoding => {
    checkCells(where, table, column, impute)
    return column.kind === 'numeric'
      ? fitNumeric(where, table, column, impute)
      : fitCategorical(where, table, column, { impute, maximumCategories })
  })
  if (columns.some(({ kind }) => kind !== 'constant')) return { columns }
  const message = 'at least one column must have different values, got constant columns only'
  throw conflictError(where, 'table', message)
}

function checkCells(where: string, table: ColumnTable, column: TableColumn, impute: boolean): void {
  const { name } = column
  let present = 0
  for (let row = 0; row < table.rowCount; row++) {
    if (!isMissing(column, row)) {
      present += 1
      const value = column.values[row]
      if (typeof value !== 'number' || Number.isFinite(value)) continue
      throw rowError(where, table, row, `${name} must be finite, got ${value}`)
    }
    if (impute) continue
    throw rowError(where, table, row, `${name} must have a value (or impute be true), got a missing cell`)
  }
  if (present === 0)
    throw dataError(where, originOf(table), `${name} must have a value in some row, got none`)
}

function fitNumeric(
  where: string,
  table: ColumnTable,
  { name, values }: NumericColumn,
  impute: boolean,
): ColumnEncoding {
  const sorted = values.filter(value => !Number.isNaN(value)).sort()
  const [low, high] = [sorted[0], sorted[sorted.length - 1]]
  if (low === high) return { name, kind: 'constant', value: low }
  const mean = sorted.reduce((sum, value) => sum + value / sorted.length, 0)
  // Divided by the largest first: squares of tiny deviations would vanish, of huge ones overflow.
  const scale = Math.max(high - mean, mean - low)
  const squares = sorted.reduce((sum, value) => sum + ((value - mean) / scale) ** 2, 0)
  const deviation = scale * Math.sqrt(squares / sorted.length)
  if (!(Number.isFinite(deviation) && deviation > 0)) {
    const problem = `${name} must have a finite, positive standard deviation, got values from ${low} to ${high}`
    throw dataError(where, originOf(table), problem)
  }
  const half = sorted.length / 2
  const median = (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2
  return { name, kind: 'numeric', mean, deviation, ...(impute && { imputation: median }) }
}

function fitCategorical(
  where: string,
  table: ColumnTable,
  { name, values }: CategoricalColumn,
  { impute, maximumCategories }: Required<FitTableEncodingOptions>,
): ColumnEncoding {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
  // Sorted by code units, so that the encoding doesn't depend on the order of the rows or on the locale.
  const categories = [...counts.keys()].sort()
  if (categories.length === 1) return { name, kind: 'constant', value: categories[0] }
  if (categories.length > maximumCategories) {
    const expected = `${name} must have at most ${maximumCategories} categories (maximumCategories)`
    const problem = `${expected}, got ${categories.length}${firstText(values)}`
    throw dataError(where, originOf(table), problem)
  }
  const mode = categories.reduce((best, one) => (countOf(counts, one) > countOf(counts, best) ? one : best))
  return { name, kind: 'categorical', categories, ...(impute && { imputation: mode }) }
}

/** The cell that turned a column of numbers into categories, if that is what happened. */
function firstText(values: readonly (string | undefined)[]): string {
  const present = values.filter(value => value !== undefined)
  const texts = present.filter(value => Number.isNaN(Number(value)))
  return texts.length * 2 < present.length && texts.length > 0
    ? `; most are numbers, but not ${JSON.stringify(texts[0])}`
    : ''
}

function countOf(counts: ReadonlyMap<string, number>, category: string): number {
  return counts.get(category) ?? 0
}

function originOf({ file }: ColumnTable): { file: string } | undefined {
  return file === undefined ? undefined : { file }
}
