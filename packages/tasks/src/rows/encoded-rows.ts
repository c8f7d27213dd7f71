import { type ColumnTable, encodeTable, type TableEncoding } from '@chiaro/data'

/** Encoded rows, row-major. */
export interface Rows {
  readonly values: Float32Array
  readonly width: number
  readonly count: number
  /** How many missing cells were given their column's median or mode. */
  readonly imputed: number
}

export function encodeRows(table: ColumnTable, encoding: TableEncoding): Rows {
  const { rows, width, rowCount, imputed } = encodeTable(table, encoding)
  return { values: rows, width, count: rowCount, imputed }
}

/** Rows by number. */
export function pickRows({ values, width }: Rows, rows: ArrayLike<number>): Float32Array {
  const picked = new Float32Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    picked.set(values.subarray(rows[i] * width, (rows[i] + 1) * width), i * width)
  }
  return picked
}
