import { extname } from 'node:path'
import { checkLength, checkOneOf, conflictError, rangeError } from '@chiaro/core'
import { type Cell, columnBuilder, type GivenKind, type MissingCells } from '../table/column-builder.ts'
import type { ColumnTable, LeftOutColumn } from '../table/column-table.ts'
import type { NumberNotation } from '../table/number-notation.ts'
import { readParquetCells } from './parquet-cells.ts'
import { columnIndex, readRecords, type TextTableOptions } from './read-table.ts'

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

/**
 * Reads a table by columns: .parquet, or CSV or TSV with a header under any other extension.
 *
 * A column is numeric when every cell that is not missing is a decimal number (1, −0.5, 2e-3), categorical when its cells
 * are texts; Parquet's texts and booleans are always categories. A column of which most cells are numbers, or look like
 * numbers of another notation, or like times, is refused by its first other cell: `categorical`, `numeric`, `decimal`,
 * `thousands`, `units` and `missingMarkers` say what is meant. Missing cells are the empty one, what pandas takes for one
 * (`NA`, `N/A`, `NaN`, `None`, `null`, `<NA>`, …), `?`, beside numbers also `-`, `.`, `nil` and the others in any case,
 * and Parquet's null and NaN. Spaces around a value are dropped. Columns of an index (no name, `Unnamed: 0`,
 * `__index_level_0__`) are left out unless `columns` names them; the table says so.
 *
 * @throws ChiaroError ('data') that names the file, its row (the line, as an editor counts; in Parquet the record,
 *   from 1) and the column: a missing cell unless `missing` is 'keep', an infinite number, a cell of a column of numbers
 *   that is none; what is wrong with the file as a whole (no such file, no text, a header only, another delimiter, quotes
 *   out of place, rows of unequal length, a column name that comes twice, not Parquet); a column that is not there.
 *   RangeError and TypeError for options that no table can meet
 */
export async function readColumns(file: string, options: ReadColumnsOptions = {}): Promise<ColumnTable> {
  const where = 'readColumns'
  checkOptions(where, options)
  const { missing = 'error', missingMarkers, decimal, thousands, units } = options
  const parquet = extname(file).toLowerCase() === '.parquet'
  const rowNumbers: number[] | undefined = parquet ? undefined : []
  const rules = {
    where,
    table: { file, rowNumbers },
    missing,
    textMayBeNumbers: !parquet,
    notation: { decimal, thousands, units },
    missingMarkers,
  }
  let rowCount = 0
  let leftOut: readonly LeftOutColumn[] = []
  let builders: ReturnType<typeof columnBuilder>[] = []
  /** Chooses the columns; what it gives takes each row's cells. */
  const begin = (header: readonly string[]) => {
    const chosen = options.columns ?? header.filter(name => !isIndex(name))
    leftOut = options.columns === undefined ? header.filter(isIndex).map(indexColumn) : []
    const places = chosen.map(name => columnIndex(where, { file, header }, name))
    checkChosen(where, chosen, options)
    builders = chosen.map(name => columnBuilder(name, kindOf(name, options), rules))
    return { chosen, places }
  }
  if (parquet) {
    await readParquetCells(
      where,
      file,
      header => begin(header).chosen,
      name => ['categorical', 'verbatim'].includes(kindOf(name, options) ?? ''),
      cells => {
        rowCount += 1
        for (const [i, builder] of builders.entries()) builder.push(cells[i])
      },
    )
  } else {
    await readRecords(where, file, options, header => {
      const { places } = begin(header)
      return ({ row, fields }) => {
        rowCount += 1
        rowNumbers?.push(row)
        for (let i = 0; i < places.length; i++) builders[i].push(fields[places[i]] as Cell)
      }
    })
  }
  return {
    file,
    ...(rowNumbers && { rowNumbers }),
    rowCount,
    columns: builders.map(builder => builder.finish()),
    ...(leftOut.length > 0 && { leftOut }),
  }
}

function isIndex(name: string): boolean {
  return name === '' || /^Unnamed: \d+(\.\d+)*$/.test(name) || /^__index_level_\d+__$/.test(name)
}

function indexColumn(name: string): LeftOutColumn {
  return { name, why: name === '' ? 'it has no name, as an index' : 'it is an index by its name' }
}

function kindOf(
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
