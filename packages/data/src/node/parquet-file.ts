import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet'
import { dataError, reasonOf } from '../data-error.ts'
import { unreadable } from './read-file.ts'

/** Rows encoded, or decoded into JavaScript values, at a time: what bounds the memory beyond the columns. */
export const rowsAtATime = 4096

export interface ParquetFile {
  readonly path: string
  readonly file: AsyncBuffer
  readonly metadata: FileMetaData
}

/**
 * Opens a Parquet file and reads its footer.
 *
 * @throws ChiaroError ('data') that names the file: none there, another format
 */
export async function openParquet(where: string, path: string): Promise<ParquetFile> {
  const file = await asyncBufferFromFile(path).catch(error => {
    throw dataError(where, { file: path }, unreadable(path, error), { cause: error })
  })
  const metadata = await parquetMetadataAsync(file).catch(error => {
    const problem = `must be a Parquet file, got ${reasonOf(error)}`
    throw dataError(where, { file: path }, problem, { cause: error })
  })
  return { path, file, metadata }
}

/** The file's rows as objects, `rowsAtATime` of them together, with the number of the first. */
export async function* parquetRows(
  where: string,
  { path, file, metadata }: ParquetFile,
  columns: readonly string[],
): AsyncGenerator<{ readonly rowStart: number; readonly rows: readonly Record<string, unknown>[] }> {
  const count = Number(metadata.num_rows)
  for (let rowStart = 0; rowStart < count; rowStart += rowsAtATime) {
    const rowEnd = Math.min(rowStart + rowsAtATime, count)
    const part = { file, metadata, columns: [...columns], rowStart, rowEnd }
    const rows = await parquetReadObjects(part).catch(error => {
      const problem = `must be a whole Parquet file, got ${reasonOf(error)}`
      throw dataError(where, { file: path }, problem, { cause: error })
    })
    yield { rowStart, rows }
  }
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
