import { stat } from 'node:fs/promises'
import { ChiaroError } from '@chiaro/core'
import type { FileMetaData, SchemaElement } from 'hyparquet'
import { dataError, reasonOf } from '../data-error.ts'
import { type ParquetReader, parquetReader } from './parquet-reader.ts'
import { unreadable } from './read-file.ts'

/** Rows encoded, or decoded into JavaScript values, at a time: what bounds the memory beyond the columns. */
export const rowsAtATime = 4096

export interface ParquetFile {
  readonly path: string
  readonly reader: ParquetReader
  readonly metadata: FileMetaData
}

/**
 * What `use` makes of an opened Parquet file, whose footer has been checked.
 *
 * @throws ChiaroError ('data') that names the file: none there, another format, a footer that does not fit the file
 */
export async function withParquet<T>(
  where: string,
  path: string,
  use: (opened: ParquetFile) => Promise<T>,
): Promise<T> {
  const opened = await openParquet(where, path)
  try {
    return await use(opened)
  } finally {
    await opened.reader.close()
  }
}

/** An opened Parquet file, whose reader must be closed. @throws as `withParquet` */
export async function openParquet(where: string, path: string): Promise<ParquetFile> {
  const kind = await stat(path).catch(error => {
    throw dataError(where, { file: path }, unreadable(path, error), { cause: error })
  })
  if (!kind.isFile())
    throw dataError(where, { file: path }, `${path} must be a file, got a folder or a device`)
  const reader = parquetReader(path, kind.size)
  try {
    return { path, reader, metadata: await footerOf(where, path, kind.size, reader) }
  } catch (error) {
    await reader.close()
    throw error
  }
}

async function footerOf(
  where: string,
  path: string,
  bytes: number,
  reader: ParquetReader,
): Promise<FileMetaData> {
  try {
    const metadata = await reader.metadata()
    checkFooter(where, path, bytes, metadata)
    return metadata
  } catch (error) {
    if (error instanceof ChiaroError) throw error
    const problem = `must be a Parquet file, got ${reasonOf(error)}`
    throw dataError(where, { file: path }, problem, { cause: error })
  }
}

/** The footer is read in good faith by the library; what it says must fit together and into the file. */
function checkFooter(where: string, path: string, bytes: number, metadata: FileMetaData): void {
  const fail = (problem: string) => dataError(where, { file: path }, problem)
  const { schema, num_rows, row_groups } = metadata
  if (!isTree(schema)) throw fail('must have a schema that is a tree, got another')
  const rows = row_groups.reduce((sum, group) => sum + group.num_rows, 0n)
  if (num_rows !== rows || row_groups.some(group => group.num_rows < 0n)) {
    throw fail(`must have ${num_rows} rows, as the footer says, got ${rows} in its row groups`)
  }
  for (const { columns } of row_groups) {
    for (const { meta_data: column } of columns) {
      const from = column?.dictionary_page_offset ?? column?.data_page_offset ?? -1n
      const size = column?.total_compressed_size ?? -1n
      if (from >= 0n && size >= 0n && from + size <= BigInt(bytes)) continue
      throw fail(`must have its columns within ${bytes} bytes, got one of ${size} bytes at ${from}`)
    }
  }
}

/** Whether the schema's list, depth first, has as many children as its nodes say. */
function isTree(schema: readonly SchemaElement[]): boolean {
  let missing = 1
  for (const { name, num_children = 0 } of schema) {
    if (missing === 0 || typeof name !== 'string' || num_children < 0) return false
    missing += num_children - 1
  }
  return missing === 0
}

/** The file's rows as objects, at most `atATime` of them together, with the number of the first. */
export async function* parquetRows(
  where: string,
  { path, reader, metadata }: ParquetFile,
  columns: readonly string[],
  { atATime = rowsAtATime, bytes }: { readonly atATime?: number; readonly bytes?: boolean } = {},
): AsyncGenerator<{ readonly rowStart: number; readonly rows: readonly Record<string, unknown>[] }> {
  let rowStart = 0
  for (const [group, { num_rows }] of metadata.row_groups.entries()) {
    const size = Number(num_rows)
    for (let from = 0; from < size; from += atATime) {
      const to = Math.min(from + atATime, size)
      const rows = await reader.rows({ columns, group, from, to, bytes }).catch(error => {
        const problem = `must be a whole Parquet file, got ${reasonOf(error)}`
        throw dataError(where, { file: path }, problem, { cause: error })
      })
      if (rows.length !== to - from) {
        const problem = `must have ${metadata.num_rows} rows, as its footer says, got ${rowStart + rows.length}`
        throw dataError(where, { file: path }, problem)
      }
      yield { rowStart, rows }
      rowStart += rows.length
    }
  }
}

/** The names of what a column is a record of; none for another. */
export function fieldsOf(schema: readonly SchemaElement[], column: string): string[] {
  const found = topColumns(schema).find(({ name }) => name === column)
  if (found?.num_children === undefined) return []
  const below = schema.slice(schema.indexOf(found) + 1)
  const names: string[] = []
  const skip = (at: number): number => {
    let next = at + 1
    for (let child = 0; child < (below[at].num_children ?? 0); child++) next = skip(next)
    return next
  }
  for (let at = 0; names.length < found.num_children; at = skip(at)) names.push(below[at].name)
  return names
}

/** The children of the schema's root; the list is the tree in depth-first order. */
export function topColumns(schema: readonly SchemaElement[]): SchemaElement[] {
  const top: SchemaElement[] = []
  const skip = (at: number): number => {
    let next = at + 1
    for (let child = 0; child < (schema[at].num_children ?? 0); child++) next = skip(next)
    return next
  }
  for (let at = 1; at < schema.length; at = skip(at)) top.push(schema[at])
  return top
}
