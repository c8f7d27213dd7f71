import { type ColumnTable, encodeTable, type TableEncoding, tableLayout } from '@chiaro/data'

/** What a reader should know of how a table is encoded. */
export function remarksOnRows(table: ColumnTable, encoding: TableEncoding): readonly string[] {
  const { constant } = tableLayout(encoding)
  const { imputed } = encodeTable(table, encoding)
  return [
    ...(constant.length === 0 ? [] : [`left out, since they never change: ${constant.join(', ')}`]),
    ...(imputed === 0 ? [] : [`${imputed} missing cells were given their column's median or mode`]),
  ]
}
