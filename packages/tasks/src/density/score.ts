import type { RandomKey } from '@chiaro/core'
import { type ColumnTable, tableLayout } from '@chiaro/data'
import { columnKinds } from '../rows/column-kinds.ts'
import { encodeRows } from '../rows/encoded-rows.ts'
import { overRows } from '../rows/over-rows.ts'
import type { ColumnKinds, Scores } from '../task.ts'
import { logPartitionsOf } from './log-partition.ts'
import type { DensityModel } from './model.ts'

/** log p of each row of a table, by the best independent log Z, in nats and the table's own units. */
export async function scoreTable(model: DensityModel, table: ColumnTable, key: RandomKey): Promise<Scores> {
  const { encoding } = model.config
  const rows = encodeRows(table, encoding)
  const { independent, doubt } = await logPartitionsOf(model, key)
  const shift = tableLayout(encoding).logJacobian - independent.logPartition
  const energies = await overRows(rows, x => model.density.energy(x))
  const logDensities = energies.map(energy => shift - energy)
  return { logDensities, logPartition: independent, imputed: rows.imputed, ...(doubt && { doubt }) }
}

/** The columns that a model looks at, to be read as the kinds it was trained on. */
export const columnsOf = ({ config: { encoding, parts } }: DensityModel): ColumnKinds =>
  columnKinds(encoding, parts)

/**
 * Rank 1 is the least probable row; of equals the first.
 *
 * @example
 * ```ts
 * import { anomalyRanks } from '@chiaro/tasks'
 *
 * console.log(anomalyRanks([-3, -90, -4])) // 3, 1, 2: the second row is the oddest
 * ```
 */
export function anomalyRanks(logDensities: ArrayLike<number>): Int32Array {
  const order = Int32Array.from(Array.from(logDensities).keys()).sort(
    (a, b) => logDensities[a] - logDensities[b] || a - b,
  )
  const ranks = new Int32Array(order.length)
  order.forEach((row, rank) => {
    ranks[row] = rank + 1
  })
  return ranks
}
