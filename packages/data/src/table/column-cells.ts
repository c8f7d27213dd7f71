import { type ColumnTable, rowError, type TableColumn } from './column-table.ts'

/** A cell as its file has it: text of CSV, a typed value of Parquet; undefined is missing. */
export type Cell = string | number | boolean | undefined

export type MissingCells = 'error' | 'keep'

export interface CellRules {
  readonly where: string
  readonly table: Pick<ColumnTable, 'file' | 'rowNumbers'>
  readonly missing: MissingCells
  /** Parquet says which columns are numbers; CSV leaves it to the cells. */
  readonly textMayBeNumbers: boolean
}

/** What stands for a missing cell, spaces around it aside. */
const missingMarkers = new Set(['', '?', 'NA', 'N/A', 'NaN', 'nan', 'NULL', 'null'])

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const infinite = /^[+-]?inf(inity)?$/i

/**
 * A column of typed values from cells. Without a given kind it is numeric when every cell that is not missing is a
 * decimal number. Spaces around a value don't count.
 *
 * @throws ChiaroError ('data') that names file, row and column: a missing cell unless they are kept, an infinite
 *   number, in a column said to be numeric a cell that is none
 */
export function columnOf(
  name: string,
  cells: readonly Cell[],
  kind: TableColumn['kind'] | undefined,
  rules: CellRules,
): TableColumn {
  const { where, table, missing } = rules
  const values = cells.map(cell => (isMissingCell(cell) ? undefined : cell))
  const first = missing === 'error' ? values.indexOf(undefined) : -1
  if (first >= 0) {
    throw rowError(where, table, first, `${name} must have a value, got ${shown(cells[first])}`)
  }
  const numeric = kind === undefined ? values.every(value => mayBeNumber(value, rules)) : kind === 'numeric'
  if (!numeric) {
    const text = values.map(value => (value === undefined ? undefined : String(value).trim()))
    return { name, kind: 'categorical', values: text }
  }
  const numbers = Float64Array.from(values, (value, row) => {
    if (value === undefined) return Number.NaN
    const number = numberOf(value)
    if (number !== undefined && Number.isFinite(number)) return number
    throw rowError(where, table, row, `${name} must be a finite number, got ${shown(cells[row])}`)
  })
  return { name, kind: 'numeric', values: numbers }
}

/** Whether text would be read as a missing cell. */
export function isMissingCell(cell: Cell): boolean {
  if (typeof cell === 'string') return missingMarkers.has(cell.trim())
  return cell === undefined || Number.isNaN(cell)
}

function mayBeNumber(value: Cell, { textMayBeNumbers }: CellRules): boolean {
  if (value === undefined || typeof value === 'number') return true
  return textMayBeNumbers && numberOf(value) !== undefined
}

function numberOf(value: string | number | boolean): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return undefined
  const text = value.trim()
  if (decimal.test(text)) return Number(text)
  return infinite.test(text) ? Number.POSITIVE_INFINITY : undefined
}

function shown(cell: Cell): string {
  if (cell === undefined) return 'none'
  return typeof cell === 'string' ? JSON.stringify(cell) : String(cell)
}
