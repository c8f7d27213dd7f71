import { type ColumnTable, isMissing, type TableColumn } from './column-table.ts'

/** What a column of a file is taken for. */
export interface ColumnDescription {
  readonly name: string
  readonly kind: TableColumn['kind'] | 'left out'
  readonly missing: number
  /** Of a numeric column with any number: the least and the greatest. */
  readonly range?: readonly [least: number, greatest: number]
  /** Of a categorical column, the most frequent first, of equals the first by code units. */
  readonly categories?: readonly { readonly category: string; readonly count: number }[]
  /** What a density model's encoding makes of it. */
  readonly becomes: 'standardised' | 'one-hot' | 'constant' | 'nothing'
  /** Why it is left out. */
  readonly why?: string
}

/**
 * One description a column of a table, in its order, those left out at the end.
 *
 * @example
 * ```ts
 * import { describeColumns, tableFromRecords } from '@chiaro/data'
 *
 * const table = tableFromRecords([{ age: 31, site: 'north' }, { age: 40, site: 'north' }])
 * for (const { name, kind, becomes } of describeColumns(table)) console.log(name, kind, becomes)
 * // age numeric standardised; site categorical constant
 * ```
 */
export function describeColumns(table: ColumnTable): ColumnDescription[] {
  const leftOut = (table.leftOut ?? []).map(
    ({ name, why }): ColumnDescription => ({ name, kind: 'left out', missing: 0, becomes: 'nothing', why }),
  )
  return [...table.columns.map(column => described(column, table.rowCount)), ...leftOut]
}

function described(column: TableColumn, rowCount: number): ColumnDescription {
  const { name, kind } = column
  let missing = 0
  for (let row = 0; row < rowCount; row++) if (isMissing(column, row)) missing += 1
  const becomes = (different: number, encoded: ColumnDescription['becomes']) =>
    different > 1 ? encoded : different === 1 ? 'constant' : 'nothing'
  if (kind === 'numeric') {
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const value of column.values) {
      if (value < least) least = value
      if (value > greatest) greatest = value
    }
    if (missing === rowCount) return { name, kind, missing, becomes: 'nothing' }
    return {
      name,
      kind,
      missing,
      range: [least, greatest],
      becomes: becomes(least < greatest ? 2 : 1, 'standardised'),
    }
  }
  const counts = new Map<string, number>()
  for (const value of column.values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
  const categories = Array.from(counts, ([category, count]) => ({ category, count })).sort(
    (a, b) => b.count - a.count || (a.category < b.category ? -1 : 1),
  )
  return { name, kind, missing, categories, becomes: becomes(categories.length, 'one-hot') }
}
