import type { RandomKey } from '@chiaro/core'
import { type ColumnTable, encodeTable, tableLayout } from '@chiaro/data'
import type { ColumnKinds, Scores } from '../task.ts'
import { logPartitionsOf } from './log-partition.ts'
import { type DensityModel, overRows } from './model.ts'

/** log p of each row of a table, by the best independent log Z, in nats and the table's own units. */
export async function scoreTable(model: DensityModel, table: ColumnTable, key: RandomKey): Promise<Scores> {
  const { encoding } = model.config
  const { rows, width, imputed } = encodeTable(table, encoding)
  const { independent, doubt } = await logPartitionsOf(model, key)
  const shift = tableLayout(encoding).logJacobian - independent.logPartition
  const energies = await overRows(rows, width, x => model.density.energy(x))
  const logDensities = energies.map(energy => shift - energy)
  return { logDensities, logPartition: independent, imputed, ...(doubt && { doubt }) }
}

/** The columns that a model looks at, to be read as the kinds it was trained on. */
export function columnsOf({ config: { encoding, parts } }: DensityModel): ColumnKinds {
  const of = (kind: string) => encoding.columns.filter(column => column.kind === kind).map(({ name }) => name)
  const [numeric, categorical] = [of('numeric'), of('categorical')]
  const missing = parts.impute ? 'keep' : 'error'
  return { columns: [...numeric, ...categorical], numeric, categorical, missing }
}

/** Rank 1 is the least probable row; of equals the first. */
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
