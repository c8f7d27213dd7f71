import { resolve } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { type ColumnDescription, type ColumnTable, describeColumns } from '@chiaro/data'
import { type ReadColumnsOptions, readColumns } from '@chiaro/data/node'
import type { LabelledTable } from '@chiaro/tasks'
import { type Command, Option } from 'commander'
import * as z from 'zod/mini'
import { names } from '../options.ts'
import { labelledRows } from './labelled-rows.ts'
import { givenTextFlags, storedTextFlags, type TextFlags, textFlags } from './text-flags.ts'

/** How the cells of a table are written. */
export interface CellFlags extends TextFlags {
  readonly decimal?: '.' | ','
  readonly thousands?: string
  readonly units?: readonly string[]
  /** What alone stands for a missing cell. */
  readonly missing?: readonly string[]
  readonly verbatim?: readonly string[]
}

export interface TableFlags extends CellFlags {
  readonly table: string
  readonly columns?: readonly string[]
  readonly categorical?: readonly string[]
  readonly labelColumn?: string
}

const manyNames = z.optional(z.array(z.string()))

export const tableSourceSchema = z.object({
  table: z.string(),
  columns: manyNames,
  categorical: manyNames,
  labelColumn: z.optional(z.string()),
  ...storedTextFlags,
  decimal: z.optional(z.enum(['.', ','])),
  thousands: z.optional(z.string()),
  units: manyNames,
  missing: manyNames,
  verbatim: manyNames,
})

export type TableSource = z.infer<typeof tableSourceSchema>

/** Adds the flags that choose a table and its columns. */
export function tableFlags(command: Command): Command {
  return cellFlags(
    command
      .requiredOption('--table <file>', 'CSV, TSV (with a header) or Parquet')
      .option(
        '--columns <names>',
        'the columns to model, comma between them (default: all but an index)',
        names,
      )
      .option('--categorical <names>', 'columns of categories, also where they look like numbers', names)
      .option('--label-column <name>', 'column of classes, for --objective supcon or --probe of scarf'),
  )
}

/** Adds the flags that say how a table is written. */
export function cellFlags(command: Command): Command {
  return textFlags(command)
    .addOption(
      new Option('--decimal <sign>', 'what parts whole and fraction (default: a point)').choices(['.', ',']),
    )
    .option('--thousands <sign>', "what parts groups of digits: ',' '.' ' ' ''' or _ (default: nothing)")
    .option('--units <signs>', "signs beside numbers to drop, comma between them: '%,€'", names)
    .option(
      '--missing <markers>',
      'what alone stands for a missing cell, comma between them, beside none',
      names,
    )
    .option('--verbatim <names>', 'columns of categories in which NA and None are categories too', names)
}

export function tableSource({ table, columns, categorical, labelColumn, ...cells }: TableFlags): TableSource {
  return {
    labelColumn,
    table: resolve(table),
    columns: columns && [...columns],
    categorical: categorical && [...categorical],
    ...givenCellFlags(cells),
  }
}

function givenCellFlags({ decimal, thousands, units, missing, verbatim, ...flags }: CellFlags) {
  return {
    ...givenTextFlags(flags),
    decimal,
    thousands,
    units: units && [...units],
    missing: missing && [...missing],
    verbatim: verbatim && [...verbatim],
  }
}

/**
 * Reads a table; the column of classes is none of those to model. Whether a missing cell is an error is the task's to say.
 *
 * @throws ChiaroError ('data') that names the file, and what `readColumns` throws
 */
export async function openTable({
  table: file,
  missing: missingMarkers,
  labelColumn,
  ...options
}: TableSource): Promise<LabelledTable> {
  const read = { ...options, missingMarkers, missing: 'keep' } as const
  if (labelColumn === undefined) return readColumns(file, read)
  if (options.columns?.includes(labelColumn)) {
    const problem = `--label-column must be none of the --columns to model, got ${labelColumn}`
    throw new ChiaroError('data', `${file}: ${problem}`, '--label-column')
  }
  const { table, labels } = labelledRows(
    await readColumns(file, {
      ...read,
      columns: options.columns && [...options.columns, labelColumn],
      categorical: [...(options.categorical ?? []), labelColumn],
    }),
    labelColumn,
    file,
  )
  return { ...table, classes: labels }
}

/**
 * Reads another table for a run: the columns that its model knows, written as flags say, or as the run's own table was.
 *
 * @param source of the run, as `run.json` has it; a run that a program made has none
 */
export function openTableFor(
  columns: ReadColumnsOptions,
  table: string,
  flags: CellFlags,
  source: unknown,
): Promise<ColumnTable> {
  const known = tableSourceSchema.safeParse(source)
  const { missing, verbatim, ...own } = {
    ...(known.success && present(known.data)),
    ...present(flags),
  } as CellFlags
  return readColumns(table, {
    ...givenTextFlags(own),
    decimal: own.decimal,
    thousands: own.thousands,
    units: own.units,
    missingMarkers: missing,
    verbatim: verbatim?.filter(name => columns.categorical?.includes(name)),
    ...columns,
  })
}

function present<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>
}

/** A line a column: what it is taken for and what becomes of it. */
export function describeTable(table: ColumnTable): string[] {
  const described = describeColumns(table)
  const width = Math.min(24, Math.max(...described.map(({ name }) => nameOf(name).length)))
  return described.map(column => `${nameOf(column.name).padEnd(width)}  ${columnLine(column)}`)
}

function nameOf(name: string): string {
  return name === '' ? '""' : name
}

const becoming: Readonly<Record<ColumnDescription['becomes'], string>> = {
  standardised: 'standardised',
  'one-hot': 'one-hot',
  constant: 'one value, kept out of the model',
  nothing: 'nothing to learn',
}

/** Categories that are shown. */
const shownCategories = 5

function columnLine({ kind, missing, range, categories = [], becomes, why }: ColumnDescription): string {
  if (kind === 'left out') return `left out: ${why} (--columns takes it in)`
  const named = categories.slice(0, shownCategories).map(({ category }) => category)
  const more = categories.length > named.length ? ', …' : ''
  const what =
    kind === 'numeric'
      ? `numbers${range === undefined ? '' : ` ${range[0]} … ${range[1]}`}`
      : `${categories.length} categories ${named.join(', ')}${more}`
  return `${what}${missing > 0 ? `; ${missing} missing` : ''}; ${becoming[becomes]}`
}
