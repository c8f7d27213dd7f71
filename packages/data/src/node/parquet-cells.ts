import { dataError } from '../data-error.ts'
import type { Cell } from '../table/column-builder.ts'
import { parquetRows, topColumns, withParquet } from './parquet-file.ts'

/**
 * The cells of a Parquet file, row by row: numbers (integers of 64 bits rounded to float64), texts, booleans, and
 * the dates of columns said to be categories, as ISO 8601 has them; null is a missing cell.
 *
 * @param choose is given the columns that there are, and gives those to read
 * @param isCategorical whether a column is said to have categories
 * @param take is given their cells
 * @throws ChiaroError ('data') that names the file: none there, not Parquet, no rows; and the record of a value that is
 *   no number, text or boolean; and what `choose` and `take` throw
 */
export async function readParquetCells(
  where: string,
  path: string,
  choose: (present: readonly string[]) => readonly string[],
  isCategorical: (name: string) => boolean,
  take: (cells: readonly Cell[]) => void,
): Promise<void> {
  await withParquet(where, path, async opened => {
    const names = choose(topColumns(opened.metadata.schema).map(({ name }) => name))
    if (Number(opened.metadata.num_rows) === 0) {
      throw dataError(where, { file: path }, 'must have rows, got none')
    }
    for await (const { rowStart, rows } of parquetRows(where, opened, names)) {
      for (const [i, row] of rows.entries()) {
        const cell = (name: string) => {
          const value = row[name]
          if (value instanceof Date && isCategorical(name)) return value.toISOString()
          return cellOf(where, { file: path, record: rowStart + i + 1, name }, value)
        }
        take(names.map(cell))
      }
    }
  })
}

function cellOf(
  where: string,
  { file, record, name }: { file: string; record: number; name: string },
  value: unknown,
): Cell {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value
    case 'bigint':
      return Number(value)
  }
  if (value === null || value === undefined) return undefined
  const got =
    value instanceof Date
      ? 'a date (say --categorical for categories, or --columns with the others to leave it out)'
      : Array.isArray(value) || ArrayBuffer.isView(value)
        ? 'a list'
        : typeof value
  const problem = `record ${record}: ${name} must be a number, a text or a boolean, got ${got}`
  throw dataError(where, { file }, problem)
}
