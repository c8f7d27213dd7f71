import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { encodeTable, type TableEncoding, tableLayout } from '@chiaro/data'
import { readColumns, writeTable } from '@chiaro/data/node'
import { loadEbm } from '../ebm/load.ts'
import { independentLogPartition } from '../ebm/log-partition.ts'
import { overRows } from '../ebm/model.ts'
import type { CommonOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

export interface ScoreOptions extends CommonOptions {
  readonly table: string
  readonly out: string
  /** Default: the best. */
  readonly checkpoint?: 'best' | 'latest'
}

/** How many of the most anomalous rows are shown. */
const shown = 5

/** `chiaro score`: the log-density of each row of a table, and its rank from the least probable on. */
export async function score(folder: string, options: ScoreOptions, terminal: Terminal): Promise<void> {
  await useBackend(options.backend, options)
  const { model, seed } = await loadEbm(folder, options.checkpoint)
  const { encoding, source } = model.config
  const table = await readColumns(options.table, {
    ...kindsOf(encoding),
    missing: source.impute ? 'keep' : 'error',
  })
  const { rows, width, rowCount, imputed } = encodeTable(table, encoding)
  if (imputed > 0) terminal.note(`${imputed} missing cells were given their column's median or mode`)
  const { independent } = await independentLogPartition(model, seed)
  const shift = tableLayout(encoding).logJacobian - independent.logPartition
  const logDensities = (await overRows(rows, width, x => model.density.energy(x))).map(e => shift - e)
  disposeModel(model.density)
  const order = Int32Array.from(logDensities.keys()).sort(
    (a, b) => logDensities[a] - logDensities[b] || a - b,
  )
  const ranks = new Float64Array(rowCount)
  order.forEach((row, rank) => {
    ranks[row] = rank + 1
  })
  const numbers = Float64Array.from({ length: rowCount }, (_, row) => table.rowNumbers?.[row] ?? row + 1)
  // A row that the noise can't draw has density 0, whose logarithm no table holds: its cell stays empty.
  const cells = Float64Array.from(logDensities, value =>
    value === Number.NEGATIVE_INFINITY ? Number.NaN : value,
  )
  await writeTable(options.out, {
    rowCount,
    columns: [
      { name: 'row', kind: 'numeric', values: numbers },
      { name: 'log_density', kind: 'numeric', values: cells },
      { name: 'anomaly_rank', kind: 'numeric', values: ranks },
    ],
  })
  const least = Array.from(order.subarray(0, shown), row => ({
    row: numbers[row],
    logDensity: logDensities[row],
  }))
  terminal.result({ out: options.out, rows: rowCount, logPartition: independent, least })
  terminal.print(
    `${rowCount} rows scored into ${options.out}; log-densities in nats, rank 1 the least probable`,
  )
  for (const { row, logDensity } of least) terminal.print(`${logDensity.toFixed(3).padStart(12)}  row ${row}`)
}

/** The columns that a model looks at, read as the kinds it was trained on. */
function kindsOf({ columns }: TableEncoding) {
  const of = (kind: string) => columns.filter(column => column.kind === kind).map(({ name }) => name)
  const [numeric, categorical] = [of('numeric'), of('categorical')]
  return { columns: [...numeric, ...categorical], numeric, categorical }
}
