import { ChiaroError, disposeModel } from '@chiaro/core'
import type { CategoricalColumn, ColumnTable } from '@chiaro/data'
import { key } from '@chiaro/random'
import { type Features, geometryOfRows, type TaskModel } from '@chiaro/tasks'
import { digest } from '@chiaro/train'
import type { CommandContext } from '../context.ts'
import type { Labels } from '../data/labels.ts'
import { namedClasses } from '../data/named-classes.ts'
import { type CellFlags, openTableFor } from '../data/table-source.ts'
import { abilityOf, keyOfRun, type OpenedRun } from '../open-run.ts'
import { printProbes } from './print-probes.ts'
import {
  type Baseline,
  byNameOf,
  checkBaselines,
  type Evaluation,
  type Probed,
  type ProbingOptions,
  probesOf,
} from './probes-of.ts'

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
  const { task, model } = run
  const embedRows = abilityOf('evaluate', run, 'embedRows', 'embeds rows')
  checkBaselines(options.baseline, ['untrained', 'columns'], 'row')
  const [train, test] = await openBoth(run, options)
  const random = key(options.seed)
  const probed = (title: string, features: (table: ColumnTable) => Promise<Features>) =>
    probesOf(title, { train, test, features: of => features(of.table), random }, options, context)
  const ofModel = (title: string, of: TaskModel) => probed(title, table => embedRows(of, table))
  const others: Partial<Record<Baseline, Probed>> = {}
  const trained = await ofModel('encoder', model)
  const rawColumns = abilityOf('evaluate', run, 'encodeRows', 'embeds rows')
  for (const baseline of options.baseline) {
    if (baseline === 'columns')
      others.columns = await probed('columns', async table => rawColumns(model, table))
    else {
      // The very values that the run began with.
      const untrained = task.prepare(model.config, keyOfRun(run))
      others.untrained = await ofModel('untrained', untrained).finally(() => disposeModel(untrained))
    }
  }
  const digests = ({ table }: LabelledRows) => {
    const { vectors, dimension } = rawColumns(model, table)
    const bytes = (row: number) =>
      new Uint8Array(vectors.slice(row * dimension, (row + 1) * dimension).buffer)
    return Array.from({ length: table.rowCount }, (_, row) => digest([bytes(row)]))
  }
  const known = new Set(digests(train))
  const evaluation: Evaluation = {
    ...trained,
    geometry: await geometryOfRows(await embedRows(model, test.table)),
    baselines: others,
    rows: {
      train: train.table.rowCount,
      test: test.table.rowCount,
      shared: digests(test).filter(one => known.has(one)).length,
    },
    classNames: train.classNames,
  }
  printProbes(evaluation, context.terminal, 'row')
  return evaluation
}

async function openBoth(
  run: OpenedRun,
  options: RowProbingOptions,
): Promise<readonly [train: LabelledRows, test: LabelledRows]> {
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
  const open = async (file: string) =>
    labelled(await openTableFor(columns, file, options, source), labelColumn, file)
  const train = await open(table)
  if (train.classNames.length < 2) {
    const problem = `--table must have at least two classes, got ${train.classNames.join(', ')} only`
    throw new ChiaroError('data', `evaluate: ${problem}`, '--table')
  }
  const test = await open(testTable)
  return [train, { ...test, ...byNameOf(train, test, 'row', '--test-table') }]
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
