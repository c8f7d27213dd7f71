import { extname } from 'node:path'
import { columnReader, kindOf, type ReadColumnsOptions } from '../table/column-reader.ts'
import type { ColumnTable } from '../table/column-table.ts'
import { readParquetCells } from './parquet-cells.ts'
import { readRecords } from './read-table.ts'

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
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { readColumns } from '@chiaro/data/node'
 *
 * const file = join(await mkdtemp(join(tmpdir(), 'table-')), 'prices.csv')
 * await writeFile(file, 'item;price\npen;1.234,50\nink;NA\n')
 * const { columns } = await readColumns(file, { decimal: ',', thousands: '.', delimiter: ';', missing: 'keep' })
 * console.log(columns.map(({ name, kind, values }) => [name, kind, values])) // price: 1234.5 and NaN
 * ```
 */
export async function readColumns(file: string, options: ReadColumnsOptions = {}): Promise<ColumnTable> {
  const where = 'readColumns'
  const parquet = extname(file).toLowerCase() === '.parquet'
  const { begin, push, finish } = columnReader(where, file, options, { lines: !parquet })
  if (parquet) {
    await readParquetCells(
      where,
      file,
      begin,
      name => ['categorical', 'verbatim'].includes(kindOf(name, options) ?? ''),
      cells => push(cells),
    )
  } else {
    await readRecords(where, file, options, header => {
      begin(header)
      return ({ row, fields }) => push(fields, row)
    })
  }
  return finish()
}
