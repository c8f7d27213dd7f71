import { extname } from 'node:path'
import { conflictError } from '@chiaro/core'
import { dataError } from '../data-error.ts'
import { columnIndex, type TextTableOptions } from '../table/records-of.ts'
import { jsonLines } from './json-lines.ts'
import { parquetRows, topColumns, withParquet } from './parquet-file.ts'
import { readTable } from './read-table.ts'

/** A row as its file has it. */
export interface PairRecord {
  /** The line of a text; in Parquet the record, from 1. */
  readonly row: number
  /** Of the columns asked for, in their order: texts, or what JSON and Parquet hold. */
  readonly values: readonly unknown[]
}

/**
 * Some columns of a table, row by row, by the name's end: .jsonl and .ndjson are JSON Lines, .parquet Parquet, all
 * others CSV or TSV with a header.
 *
 * @throws ChiaroError ('data') that names file and row: what the readers throw, a column that is not there, no rows; for
 *   an option of delimited text beside another format
 */
export async function pairRecords(
  where: string,
  file: string,
  columns: readonly string[],
  options: TextTableOptions,
): Promise<PairRecord[]> {
  const extension = extname(file).toLowerCase()
  switch (extension) {
    case '.jsonl':
    case '.ndjson':
      refuse(where, extension, { delimiter: options.delimiter, quotes: options.quotes })
      return fromJsonLines(where, file, columns, options.encoding)
    case '.parquet':
      refuse(where, extension, { ...options })
      return fromParquet(where, file, columns)
    default:
      return fromText(where, file, columns, options)
  }
}

function refuse(where: string, extension: string, { delimiter, quotes, encoding }: TextTableOptions): void {
  for (const [name, value] of Object.entries({ delimiter, quotes, encoding })) {
    if (value === undefined) continue
    const message = `${name} belongs to delimited text, got one beside ${extension}`
    throw conflictError(where, name, message)
  }
}

async function fromText(
  where: string,
  file: string,
  columns: readonly string[],
  options: TextTableOptions,
): Promise<PairRecord[]> {
  const table = await readTable(where, file, options)
  const places = columns.map(name => columnIndex(where, table, name))
  return table.rows.map(({ row, fields }) => ({ row, values: places.map(at => fields[at]) }))
}

async function fromJsonLines(
  where: string,
  file: string,
  columns: readonly string[],
  encoding?: string,
): Promise<PairRecord[]> {
  const records: PairRecord[] = []
  for await (const { row, value } of jsonLines(where, file, encoding)) {
    const missing = columns.find(name => !Object.hasOwn(value, name))
    if (missing !== undefined) {
      const got = Object.keys(value).join(', ') || 'none'
      throw dataError(where, { file, row }, `must have a field ${missing}, got ${got}`)
    }
    records.push({ row, values: columns.map(name => value[name]) })
  }
  if (records.length === 0) throw dataError(where, { file }, 'must have rows, got none')
  return records
}

async function fromParquet(where: string, file: string, columns: readonly string[]): Promise<PairRecord[]> {
  return withParquet(where, file, async opened => {
    const header = topColumns(opened.metadata.schema).map(({ name }) => name)
    for (const name of columns) columnIndex(where, { file, header }, name)
    const records: PairRecord[] = []
    for await (const { rowStart, rows } of parquetRows(where, opened, columns)) {
      for (const [i, row] of rows.entries()) {
        records.push({ row: rowStart + i + 1, values: columns.map(name => row[name]) })
      }
    }
    if (records.length === 0) throw dataError(where, { file }, 'must have rows, got none')
    return records
  })
}
