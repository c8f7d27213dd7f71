import { checkLength, checkOneOf, conflictError, rangeError } from '@chiaro/core'
import { type Cell, columnBuilder, type GivenKind, type MissingCells } from './column-builder.ts'
import type { ColumnTable, LeftOutColumn } from './column-table.ts'
import type { NumberNotation } from './number-notation.ts'
import { columnIndex, type TextTableOptions } from './records-of.ts'

export interface ReadColumnsOptions extends TextTableOptions, NumberNotation {
  /** The columns to read, in this order. Default all but those of an index. */
  readonly columns?: readonly string[]
  /** Columns to read as categories though their cells are numbers: codes, classes. Default none. */
  readonly categorical?: readonly string[]
  /** Columns of categories as they are written: only the empty cell is missing, NA and None are categories. Default none. */
  readonly verbatim?: readonly string[]
  /** Columns whose every cell must be a number. Default none: the cells decide. */
  readonly numeric?: readonly string[]
  /** What a missing cell is: an error, or a value to keep (NaN, undefined). Default 'error'. */
  readonly missing?: MissingCells
  /** What alone stands for a missing cell, beside the empty one. Default what pandas and R write. */
  readonly missingMarkers?: readonly string[]
}

/** Takes a file's rows one after another. */
export interface ColumnReader {
  /** Chooses the columns, and gives their names. */
  readonly begin: (header: readonly string[]) => readonly string[]
  /** A row's cells: of the whole header with its line, of the chosen columns where rows have no lines. */
  readonly push: (cells: readonly Cell[], row?: number) => void
  readonly finish: () => ColumnTable
}

/**
 * The columns of a file, row by row.
 *
 * @param lines whether rows have lines, and texts may be numbers: in CSV
 * @throws what `readColumns` throws of options and cells
 */
export function columnReader(
  where: string,
  file: string,
  options: ReadColumnsOptions,
  { lines }: { readonly lines: boolean },
): ColumnReader {
  checkOptions(where, options)
  const { missing = 'error', missingMarkers, decimal, thousands, units } = options
  const rowNumbers: number[] | undefined = lines ? [] : undefined
  const rules = {
    where,
    table: { file, rowNumbers },
    missing,
    textMayBeNumbers: lines,
    notation: { decimal, thousands, units },
    missingMarkers,
  }
  let rowCount = 0
  let leftOut: readonly LeftOutColumn[] = []
  let places: readonly number[] = []
  let builders: ReturnType<typeof columnBuilder>[] = []
  return {
    begin(header) {
      const chosen = options.columns ?? header.filter(name => !isIndex(name))
      leftOut = options.columns === undefined ? header.filter(isIndex).map(indexColumn) : []
      const found = chosen.map(name => columnIndex(where, { file, header }, name))
      places = lines ? found : chosen.map((_, i) => i)
      checkChosen(where, chosen, options)
      builders = chosen.map(name => columnBuilder(name, kindOf(name, options), rules))
      return chosen
    },
    push(cells, row) {
      rowCount += 1
      if (row !== undefined) rowNumbers?.push(row)
      for (let i = 0; i < places.length; i++) builders[i].push(cells[places[i]])
    },
    finish: () => ({
      file,
      ...(rowNumbers && { rowNumbers }),
      rowCount,
      columns: builders.map(builder => builder.finish()),
      ...(leftOut.length > 0 && { leftOut }),
    }),
  }
}

function isIndex(name: string): boolean {
  return name === '' || /^Unnamed: \d+(\.\d+)*$/.test(name) || /^__index_level_\d+__$/.test(name)
}

function indexColumn(name: string): LeftOutColumn {
  return { name, why: name === '' ? 'it has no name, as an index' : 'it is an index by its name' }
}

/** What a column is said to be. */
export function kindOf(
  name: string,
  { categorical = [], verbatim = [], numeric = [] }: ReadColumnsOptions,
): GivenKind {
  if (verbatim.includes(name)) return 'verbatim'
  if (categorical.includes(name)) return 'categorical'
  return numeric.includes(name) ? 'numeric' : undefined
}

function checkChosen(where: string, names: readonly string[], options: ReadColumnsOptions): void {
  const { categorical = [], verbatim = [], numeric = [] } = options
  for (const [argument, chosen] of Object.entries({ categorical, verbatim, numeric })) {
    const unknown = chosen.find(name => !names.includes(name))
    if (unknown === undefined) continue
    throw rangeError(where, argument, `columns that are read (${names.join(', ')})`, unknown)
  }
}

function checkOptions(where: string, options: ReadColumnsOptions): void {
  const { columns, categorical = [], verbatim = [], numeric = [], missing = 'error', quotes } = options
  if (columns !== undefined) checkLength(where, { columns }, { least: 1 })
  const twice = columns?.find((name, i) => columns.indexOf(name) !== i)
  if (twice !== undefined) throw rangeError(where, 'columns', 'different columns', `${twice} twice`)
  const both = [...categorical, ...verbatim].find(name => numeric.includes(name))
  if (both !== undefined) {
    throw conflictError(where, 'numeric', `a column is categorical or numeric, got ${both} as both`)
  }
  checkOneOf(where, { missing }, ['error', 'keep'])
  if (quotes !== undefined) checkOneOf(where, { quotes }, ['none', 'fields'])
}
