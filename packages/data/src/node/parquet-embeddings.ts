import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
import { dataError, reasonOf } from '../data-error.ts'
import type { Embeddings } from './embeddings.ts'
import { unreadable } from './read-file.ts'

/** Rows encoded, or decoded into JavaScript arrays, at a time: what bounds the memory beyond the vectors. */
const rowsAtATime = 4096

export async function writeParquetEmbeddings(
  file: string,
  { names, vectors, dimension }: Embeddings,
  nameColumn: string,
): Promise<void> {
  const rows = function* () {
    for (const [i, name] of names.entries()) {
      const vector = Array.from(vectors.subarray(i * dimension, (i + 1) * dimension))
      yield { [nameColumn]: name, vector }
    }
  }
  const schema: SchemaElement[] = [
    { name: 'root', num_children: 2 },
    { name: nameColumn, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    { name: 'vector', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
  ]
  await parquetWriteRows({
    writer: fileWriter(file),
    rows: rows(),
    columns: [{ name: nameColumn }, { name: 'vector', encoding: 'PLAIN' }],
    schema,
    codec: 'UNCOMPRESSED',
    statistics: false,
    rowGroupSize: rowsAtATime,
  })
}

export async function readParquetEmbeddings(path: string): Promise<Embeddings> {
  const where = 'readEmbeddings'
  const { file, metadata } = await open(path)
  const top = topColumns(metadata.schema)
  const nameColumn = top.find(({ name, type }) => type === 'BYTE_ARRAY' && name !== 'vector')?.name
  if (nameColumn === undefined || !top.some(({ name }) => name === 'vector')) {
    const problem = 'must have a column of texts and a column vector'
    throw dataError(where, { file: path }, `${problem}, got ${top.map(({ name }) => name).join(', ')}`)
  }
  const count = Number(metadata.num_rows)
  const names: string[] = []
  let vectors = new Float32Array(0)
  let dimension = 0
  for (let rowStart = 0; rowStart < count; rowStart += rowsAtATime) {
    const rowEnd = Math.min(rowStart + rowsAtATime, count)
    const columns = [nameColumn, 'vector']
    const rows = await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd }).catch(error => {
      const problem = `must be a whole Parquet file, got ${reasonOf(error)}`
      throw dataError(where, { file: path }, problem, { cause: error })
    })
    for (const [i, { [nameColumn]: name, vector }] of rows.entries()) {
      if (rowStart + i === 0) {
        dimension = vector?.length ?? 0
        vectors = new Float32Array(count * dimension)
      }
      // A record of a Parquet file has no line; its number counts from 1 instead.
      if (typeof name !== 'string' || !isVector(vector, dimension)) {
        const problem = `record ${rowStart + i + 1} must have a text and ${dimension} numbers`
        throw dataError(where, { file: path }, `${problem}, got ${typeof name} and ${describeVector(vector)}`)
      }
      names.push(name)
      vectors.set(vector, (rowStart + i) * dimension)
    }
  }
  return { names, vectors, dimension }
}

async function open(path: string): Promise<{ file: AsyncBuffer; metadata: FileMetaData }> {
  const file = await asyncBufferFromFile(path).catch(error => {
    throw dataError('readEmbeddings', { file: path }, unreadable(path, error), { cause: error })
  })
  const metadata = await parquetMetadataAsync(file).catch(error => {
    const problem = `must be a Parquet file, got ${reasonOf(error)}`
    throw dataError('readEmbeddings', { file: path }, problem, { cause: error })
  })
  return { file, metadata }
}

/** The children of the schema's root; the list is the tree in depth-first order. */
function topColumns(schema: readonly SchemaElement[]): SchemaElement[] {
  const top: SchemaElement[] = []
  const skip = (at: number): number => {
    let next = at + 1
    for (let child = 0; child < (schema[at].num_children ?? 0); child++) next = skip(next)
    return next
  }
  for (let at = 1; at < schema.length; at = skip(at)) top.push(schema[at])
  return top
}

function isVector(vector: unknown, dimension: number): vector is ArrayLike<number> {
  if (!Array.isArray(vector) && !ArrayBuffer.isView(vector)) return false
  const numbers = vector as ArrayLike<unknown>
  if (dimension === 0 || numbers.length !== dimension) return false
  for (let i = 0; i < dimension; i++) if (typeof numbers[i] !== 'number') return false
  return true
}

function describeVector(vector: unknown): string {
  return Array.isArray(vector) ? `${vector.length} values` : typeof vector
}
