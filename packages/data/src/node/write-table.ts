import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { checkInteger, checkLength, rangeError } from '@chiaro/core'
import type { SchemaElement } from 'hyparquet'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
import { type ColumnTable, isMissing, type TableColumn } from '../table/column-table.ts'
import { trimmed } from '../table/table-header.ts'
import { rowsAtATime } from './parquet-file.ts'
import { delimiterOf } from './read-table.ts'
import { tableText } from './table-text.ts'
import { replaceFile } from './write-file.ts'

export interface WriteTableOptions {
  /** Of CSV and TSV. Default a tab for .tsv and .tab files, else a comma. */
  readonly delimiter?: string
}

/**
 * Writes a table that `readColumns` reads back value by value: .parquet (float64 and UTF-8, nulls for missing cells,
 * not compressed), or with any other extension CSV or TSV (UTF-8, a header, LF, quotes where needed, the shortest
 * decimals that give the same float64, empty cells for missing ones). The file is replaced in one step; its folder is
 * made if there is none. Categories written as text are read back as numbers if all of them look it: name such a
 * column in `categorical`; a category that is a marker of missing cells (NA, None, …): in `verbatim`.
 *
 * @throws TypeError for columns that don't have a value for each row; RangeError for no rows or columns, a name that
 *   comes twice, an infinite number, an empty category, in text a column name with blanks around it
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { tableFromRecords } from '@chiaro/data'
 * import { readColumns, writeTable } from '@chiaro/data/node'
 *
 * const file = join(await mkdtemp(join(tmpdir(), 'table-')), 'rows.parquet')
 * const rows = [{ age: 31, site: 'north' }, { age: null, site: 'south' }]
 * await writeTable(file, tableFromRecords(rows, { missing: 'keep' }))
 * const { columns } = await readColumns(file, { missing: 'keep' })
 * console.log(columns.map(({ name, values }) => [name, values])) // a missing cell is one again
 * ```
 */
export async function writeTable(
  file: string,
  table: Pick<ColumnTable, 'rowCount' | 'columns'>,
  { delimiter = delimiterOf(file) }: WriteTableOptions = {},
): Promise<void> {
  checkTable('writeTable', table)
  if (extname(file).toLowerCase() === '.parquet') {
    return replaceFile(file, partial => writeParquet(partial, table))
  }
  const header = table.columns.map(({ name }) => name)
  const blanks = header.find(name => trimmed(name) !== name)
  if (blanks !== undefined) {
    throw rangeError('writeTable', 'columns', 'of names without blanks around them', JSON.stringify(blanks))
  }
  const text = tableText([header, ...textRows(table)], delimiter)
  await replaceFile(file, partial => writeFile(partial, text))
}

function textRows({ rowCount, columns }: Pick<ColumnTable, 'rowCount' | 'columns'>): string[][] {
  const row = (at: number) => columns.map(column => (isMissing(column, at) ? '' : String(column.values[at])))
  return Array.from({ length: rowCount }, (_, at) => row(at))
}

async function writeParquet(
  file: string,
  { rowCount, columns }: Pick<ColumnTable, 'rowCount' | 'columns'>,
): Promise<void> {
  const rows = function* () {
    for (let at = 0; at < rowCount; at++) {
      const cell = (column: TableColumn) => (isMissing(column, at) ? null : column.values[at])
      yield Object.fromEntries(columns.map(column => [column.name, cell(column)]))
    }
  }
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, kind }): SchemaElement => {
      if (kind === 'numeric') return { name, type: 'DOUBLE', repetition_type: 'OPTIONAL' }
      return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }
    }),
  ]
  await parquetWriteRows({
    writer: fileWriter(file),
    rows: rows(),
    columns: columns.map(({ name }) => ({ name })),
    schema,
    codec: 'UNCOMPRESSED',
    statistics: false,
    rowGroupSize: rowsAtATime,
  })
}

function checkTable(where: string, { rowCount, columns }: Pick<ColumnTable, 'rowCount' | 'columns'>): void {
  checkLength(where, { columns }, { least: 1 })
  checkInteger(where, { rowCount }, { least: 1 })
  const names = new Set<string>()
  for (const column of columns) {
    const { name, values } = column
    if (names.has(name)) throw rangeError(where, 'columns', 'of different names', `${name} twice`)
    names.add(name)
    checkLength(where, { [name]: values }, { exactly: rowCount })
    const wrong = values.findIndex((value: number | string | undefined) =>
      typeof value === 'string' ? value.trim() === '' : Math.abs(value ?? 0) === Number.POSITIVE_INFINITY,
    )
    if (wrong < 0) continue
    const expected = column.kind === 'numeric' ? 'finite' : 'told apart from a missing cell'
    throw rangeError(where, `${name}[${wrong}]`, expected, JSON.stringify(String(values[wrong])))
  }
}
