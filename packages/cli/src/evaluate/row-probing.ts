import { ChiaroError } from '@chiaro/core'
import { geometryOfRows } from '@chiaro/tasks'
import { digest } from '@chiaro/train'
import type { CommandContext } from '../context.ts'
import { type LabelledRows, labelledRows } from '../data/labelled-rows.ts'
import { type CellFlags, openTableFor } from '../data/table-source.ts'
import { abilityOf, type OpenedRun } from '../open-run.ts'
import { lacking, probeSamples, type SampleKind } from './probe-samples.ts'
import type { Evaluation, ProbingOptions } from './probes-of.ts'

export interface RowProbingOptions extends CellFlags {
  readonly table?: string
  readonly testTable?: string
  readonly labelColumn?: string
}

/** Probes of a frozen encoder of rows beside baselines; only they see the classes. */
export async function evaluateRows(
  run: OpenedRun,
  options: ProbingOptions & RowProbingOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const { model } = run
  const embedRows = abilityOf('evaluate', run, 'embedRows', 'embeds rows')
  const encodeRows = abilityOf('evaluate', run, 'encodeRows', 'embeds rows')
  const digests = ({ table }: LabelledRows) => {
    const { vectors, dimension } = encodeRows(model, table)
    const bytes = (row: number) =>
      new Uint8Array(vectors.slice(row * dimension, (row + 1) * dimension).buffer)
    return Array.from({ length: table.rowCount }, (_, row) => digest([bytes(row)]))
  }
  const kind: SampleKind<LabelledRows> = {
    unit: 'row',
    raw: { name: 'columns', features: async ({ table }) => encodeRows(model, table) },
    flags: { train: '--table', test: '--test-table' },
    open: opening(run, options),
    embed: (of, { table }) => embedRows(of, table),
    geometry: async ({ table }) => geometryOfRows(await embedRows(model, table)),
    count: ({ table }) => table.rowCount,
    shared(test, train) {
      const known = new Set(digests(train))
      return digests(test).filter(one => known.has(one)).length
    },
  }
  return probeSamples(run, kind, options, context)
}

/** Opens the labelled rows to train probes on, or those to ask them about. */
function opening(
  run: OpenedRun,
  options: RowProbingOptions,
): (which: 'train' | 'test') => Promise<LabelledRows> {
  const { table, testTable, labelColumn } = options
  const needed = { '--table': table, '--test-table': testTable, '--label-column': labelColumn }
  if (table === undefined || testTable === undefined || labelColumn === undefined) throw lacking(run, needed)
  const of = abilityOf('evaluate', run, 'columns', 'embeds rows')(run.model)
  if (of.columns.includes(labelColumn)) {
    const problem = `--label-column must be one that the run has not learned from, got ${labelColumn}`
    throw new ChiaroError('data', `evaluate: ${problem}`, '--label-column')
  }
  const columns = {
    ...of,
    columns: [...of.columns, labelColumn],
    categorical: [...of.categorical, labelColumn],
  }
  const { source } = run.info.config as { readonly source?: unknown }
  return async which => {
    const file = which === 'train' ? table : testTable
    return labelledRows(await openTableFor(columns, file, options, source), labelColumn, file)
  }
}
