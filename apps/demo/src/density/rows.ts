import type { NoiseDistribution, RandomKey } from '@chiaro/core'
import { type ColumnTable, tableFromRows } from '@chiaro/data'
import { foldIn, permutation } from '@chiaro/random'
import { dataSets } from './data-sets.ts'
import type { OwnRows } from './messages.ts'
import type { SourceName } from './settings.ts'

/** The points of a run. */
export interface SourceRows {
  readonly table: ColumnTable
  /** The user's, as they were given. */
  readonly own?: OwnRows
  /** What they are drawn from, where that is known. */
  readonly density?: NoiseDistribution
}

const drawnCount = 12_000
const fewest = 8

/** The points of a source; the same source, key and rows give the same ones. */
export async function rowsOf(source: SourceName, key: RandomKey, own?: OwnRows): Promise<SourceRows> {
  if (source === 'drawn' || source === 'file') return mixed(foldIn(key, 0), source, own)
  const { draw, density } = dataSets[source]()
  return { table: tableFromRows(await draw(foldIn(key, 0), drawnCount), 2, ['x', 'y']), density }
}

/** The user's rows in an order that tells nothing. @throws RangeError in words for the page */
function mixed(key: RandomKey, source: 'drawn' | 'file', own?: OwnRows): SourceRows {
  const count = (own?.values.length ?? 0) / 2
  if (own === undefined || count < fewest) {
    const way =
      source === 'drawn' ? 'Draw some on the first plot' : 'Choose a CSV file with two columns of numbers'
    throw new RangeError(`There are ${count} points, and ${fewest} is the least to learn from. ${way}.`)
  }
  const order = permutation(key, count)
  const values = Float32Array.from(own.values, (_, at) => own.values[2 * order[at >> 1] + (at & 1)])
  const table = tableFromRows(values, 2, own.names)
  for (const { name, values } of table.columns) {
    if (values.some(value => value !== values[0])) continue
    throw new RangeError(`Column “${name}” has one value only; choose another column.`)
  }
  return { table, own }
}
