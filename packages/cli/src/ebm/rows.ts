import type { RandomKey } from '@chiaro/core'
import type { ColumnTable, TableColumn } from '@chiaro/data'
import { permutation } from '@chiaro/random'

/** Encoded rows, row-major. */
export interface Rows {
  readonly values: Float32Array
  readonly width: number
  readonly count: number
}

/** Rows by number. */
export function pickRows({ values, width }: Rows, rows: ArrayLike<number>): Rows {
  const picked = new Float32Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    picked.set(values.subarray(rows[i] * width, (rows[i] + 1) * width), i * width)
  }
  return { values: picked, width, count: rows.length }
}

/** Rows of a table by number; each keeps the line it was read from. */
export function pickTableRows(table: ColumnTable, rows: Int32Array): ColumnTable {
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

/** Which rows train, which choose the checkpoint and which nothing learns from. */
export interface Split {
  readonly training: Int32Array
  readonly validation: Int32Array
  readonly heldOut: Int32Array
}

/** Draws the parts from the key; every row is in one of them. */
export function splitRows(
  count: number,
  { validationShare, heldOutShare }: { readonly validationShare: number; readonly heldOutShare: number },
  key: RandomKey,
): Split {
  const order = permutation(key, count)
  // Two at least: one row has no standard error.
  const [validation, heldOut] = [validationShare, heldOutShare].map(share =>
    Math.max(2, Math.ceil(count * share)),
  )
  return {
    validation: order.slice(0, validation),
    heldOut: order.slice(validation, validation + heldOut),
    training: order.slice(validation + heldOut),
  }
}
