import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { writeTable } from '@chiaro/data/node'
import { anomalyRanks } from '@chiaro/tasks'
import type { Command } from 'commander'
import type { CommandContext, ContextOf } from '../context.ts'
import { type CellFlags, cellFlags, openTableFor } from '../data/table-source.ts'
import { checkpointFlag, commonFlags } from '../flags.ts'
import { untilAborted } from '../interruption.ts'
import { abilityOf, type CheckpointOption, keyOfRun, openTrained, readTaskRun } from '../open-run.ts'
import type { CommonOptions } from '../options.ts'

interface ScoreOptions extends CommonOptions, CheckpointOption, CellFlags {
  readonly table: string
  readonly out: string
}

export function addScore(program: Command, contextOf: ContextOf): void {
  cellFlags(checkpointFlag(commonFlags(program.command('score <run>'))))
    .description('log-densities and anomaly ranks of a table’s rows, by a run that knows a density')
    .requiredOption('--table <file>', 'CSV, TSV or Parquet with the columns of the run')
    .requiredOption('--out <file>', 'where to: .csv, .tsv or .parquet')
    .action((folder: string, options: ScoreOptions) => {
      const context = contextOf(options)
      return untilAborted(context.signal, score(folder, options, context))
    })
}

/** How many of the most anomalous rows are shown. */
const shownRows = 5

/** `chiaro score`: the log-density of each row of a table, and its rank from the least probable on. */
async function score(folder: string, options: ScoreOptions, { terminal }: CommandContext): Promise<void> {
  const run = await readTaskRun(folder)
  const scoreTable = abilityOf('score', run, 'score', 'knows a density')
  const columnsOf = abilityOf('score', run, 'columns', 'knows a density')
  await useBackend(options.backend, options)
  const model = await openTrained(run, options)
  try {
    const { source } = run.info.config as { readonly source?: unknown }
    const table = await openTableFor(columnsOf(model), options.table, options, source)
    const { logDensities, logPartition, doubt, imputed } = await scoreTable(model, table, keyOfRun(run))
    if (imputed > 0) terminal.note(`${imputed} missing cells were given their column's median or mode`)
    if (doubt !== undefined) {
      terminal.note(`log-densities compare with each other only, since log Z cannot be believed: ${doubt}`)
    }
    const { rowCount } = table
    const ranks = anomalyRanks(logDensities)
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
        { name: 'anomaly_rank', kind: 'numeric', values: Float64Array.from(ranks) },
      ],
    })
    const least = Array.from(ranks.keys())
      .filter(row => ranks[row] <= shownRows)
      .toSorted((a, b) => ranks[a] - ranks[b])
      .map(row => ({ row: numbers[row], logDensity: logDensities[row] }))
    terminal.result({ out: options.out, rows: rowCount, logPartition, ...(doubt && { doubt }), least })
    terminal.print(
      `${rowCount} rows scored into ${options.out}; log-densities in nats, rank 1 the least probable`,
    )
    for (const { row, logDensity } of least) {
      terminal.print(`${logDensity.toFixed(3).padStart(12)}  row ${row}`)
    }
  } finally {
    disposeModel(model)
  }
}
