import { ChiaroError, type RandomKey } from '@chiaro/core'
import type { ColumnTable, TableColumn } from '@chiaro/data'
import { foldIn, permutation } from '@chiaro/random'

/** Three parts: to train on, to choose the checkpoint by, and to judge by. */
export interface Parts<T> {
  readonly training: T
  readonly validation: T
  readonly heldOut: T
}

/** Fewer rows can't be parted, and can't tell a density. */
const fewestRows = 20

/**
 * Parts the rows by the run's key; the same table, shares and key give the same parts.
 *
 * @throws ChiaroError ('data') for a table of fewer than 20 rows
 */
export function partTable(
  table: ColumnTable,
  shares: { readonly validationShare: number; readonly heldOutShare: number },
  key: RandomKey,
): Parts<ColumnTable> {
  const { rowCount, file } = table
  if (rowCount < fewestRows) {
    const problem = `must have at least ${fewestRows} rows, got ${rowCount}`
    throw new ChiaroError('data', `density: ${file ?? 'the table'} ${problem}`, 'table')
  }
  const order = permutation(foldIn(key, 4), rowCount)
  // Two at least: one row has no standard error.
  const [validation, heldOut] = [shares.validationShare, shares.heldOutShare].map(share =>
    Math.max(2, Math.ceil(rowCount * share)),
  )
  return {
    validation: pickTableRows(table, order.slice(0, validation)),
    heldOut: pickTableRows(table, order.slice(validation, validation + heldOut)),
    training: pickTableRows(table, order.slice(validation + heldOut)),
  }
}

/** Rows of a table by number; each keeps the line it was read from. */
function pickTableRows(table: ColumnTable, rows: Int32Array): ColumnTable {
  const { rowNumbers } = table
  const pick = (column: TableColumn): TableColumn =>
    column.kind === 'numeric'
      ? { ...column, values: Float64Array.from(rows, row => column.values[row]) }
      : { ...column, values: Array.from(rows, row => column.values[row]) }
  return {
    ...table,
    rowCount: rows.length,
    rowNumbers: rowNumbers && Array.from(rows, row => rowNumbers[row]),
    columns: table.columns.map(pick),
  }
}

/** Noise is joint over numeric columns and independent over categories, so each kind lies together. */
export function numericFirst(table: ColumnTable): ColumnTable {
  const of = (kind: string) => table.columns.filter(column => column.kind === kind)
  return { ...table, columns: [...of('numeric'), ...of('categorical')] }
}
