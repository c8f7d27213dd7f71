import { dataError } from '../data-error.ts'
import type { Cell } from '../table/column-cells.ts'
import { type ParquetFile, parquetRows, topColumns, withParquet } from './parquet-file.ts'

/**
 * The columns of a Parquet file, cell by cell: numbers (integers of 64 bits rounded to float64), texts, booleans;
 * null is a missing cell.
 *
 * @throws ChiaroError ('data') that names the file: none there, not Parquet, no rows, no such column; and the record
 *   of a value that is no number, text or boolean
 */
export async function readParquetCells(
  where: string,
  path: string,
  columns: readonly string[] | undefined,
): Promise<ParquetCells> {
  return withParquet(where, path, opened => cellsOf(where, opened, columns))
}

interface ParquetCells {
  readonly names: readonly string[]
  readonly cells: readonly Cell[][]
}

async function cellsOf(
  where: string,
  opened: ParquetFile,
  columns: readonly string[] | undefined,
): Promise<ParquetCells> {
  const { path } = opened
  const present = topColumns(opened.metadata.schema).map(({ name }) => name)
  const names = columns ?? present
  for (const name of names) {
    if (present.includes(name)) continue
    throw dataError(where, { file: path }, `must have a column ${name}, got ${present.join(', ')}`)
  }
  if (Number(opened.metadata.num_rows) === 0) {
    throw dataError(where, { file: path }, 'must have rows, got none')
  }
  const cells = names.map((): Cell[] => [])
  for await (const { rowStart, rows } of parquetRows(where, opened, names)) {
    for (const [i, row] of rows.entries()) {
      for (const [at, name] of names.entries()) {
        const place = { file: path, record: rowStart + i + 1, name }
        cells[at].push(cellOf(where, place, row[name]))
      }
    }
  }
  return { names, cells }
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
      ? 'a date'
      : Array.isArray(value) || ArrayBuffer.isView(value)
        ? 'a list'
        : typeof value
  const problem = `record ${record}: ${name} must be a number, a text or a boolean, got ${got}`
  throw dataError(where, { file }, problem)
}
