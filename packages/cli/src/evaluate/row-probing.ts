import { ChiaroError } from '@chiaro/core'
import type { CategoricalColumn, ColumnTable } from '@chiaro/data'
import { geometryOfRows } from '@chiaro/tasks'
import { digest } from '@chiaro/train'
import type { CommandContext } from '../context.ts'
import type { Labels } from '../data/labels.ts'
import { namedClasses } from '../data/named-classes.ts'
import { type CellFlags, openTableFor } from '../data/table-source.ts'
import { abilityOf, type OpenedRun } from '../open-run.ts'
import { probeSamples, type SampleKind } from './probe-samples.ts'
import type { Evaluation, ProbingOptions } from './probes-of.ts'

export interface RowProbingOptions extends CellFlags {
  readonly table?: string
  readonly testTable?: string
  readonly labelColumn?: string
}

interface LabelledRows extends Labels {
  readonly table: ColumnTable
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
    raw: 'columns',
    flags: { train: '--table', test: '--test-table' },
    open: opening(run, options),
    embed: (of, { table }) => embedRows(of, table),
    rawFeatures: async ({ table }) => encodeRows(model, table),
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
  const missing = Object.entries({
    '--table': table,
    '--test-table': testTable,
    '--label-column': labelColumn,
  })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name)
  if (table === undefined || testTable === undefined || labelColumn === undefined) {
    const needs = missing.join(' and ')
    throw new ChiaroError('data', `evaluate: a ${run.task.name} run needs ${needs}`, missing[0])
  }
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
    return labelled(await openTableFor(columns, file, options, source), labelColumn, file)
  }
}

/** The rows, and the classes that one column says. */
function labelled(table: ColumnTable, name: string, file: string): LabelledRows {
  const { values } = table.columns.find(column => column.name === name) as CategoricalColumn
  const row = values.indexOf(undefined)
  if (row >= 0) {
    const at = `${file}, row ${table.rowNumbers?.[row] ?? row + 1}`
    throw new ChiaroError('data', `${at}: ${name} must have a class, got a missing cell`, '--label-column')
  }
  const others = table.columns.filter(column => column.name !== name)
  return { table: { ...table, columns: others }, ...namedClasses(values as readonly string[]) }
}
