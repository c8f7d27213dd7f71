import type { SchemaElement } from 'hyparquet'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
import { dataError } from '../data-error.ts'
import type { Embeddings } from './embeddings.ts'
import { type ParquetFile, parquetRows, rowsAtATime, topColumns, withParquet } from './parquet-file.ts'

const where = 'readEmbeddings'

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
  return withParquet(where, path, opened => embeddingsOf(path, opened))
}

async function embeddingsOf(path: string, opened: ParquetFile): Promise<Embeddings> {
  const names: string[] = []
  // Grows with the rows that come: how many there are is only what the footer says.
  const parts: Float32Array[] = []
  let dimension = 0
  for await (const block of parquetEmbeddingBlocks(where, path, opened)) {
    for (const name of block.names) names.push(name)
    parts.push(block.vectors)
    dimension = block.dimension
  }
  const vectors = new Float32Array(names.length * dimension)
  for (let i = 0, at = 0; i < parts.length; at += parts[i++].length) vectors.set(parts[i], at)
  return { names, vectors, dimension }
}

/** The embeddings of an opened file, some thousand rows at a time. */
export async function* parquetEmbeddingBlocks(
  where: string,
  path: string,
  opened: ParquetFile,
): AsyncGenerator<Embeddings> {
  const { schema } = opened.metadata
  const top = topColumns(schema)
  const nameColumn = top.find(({ name, type }) => type === 'BYTE_ARRAY' && name !== 'vector')?.name
  if (nameColumn === undefined || !top.some(({ name }) => name === 'vector')) {
    const problem = 'must have a column of texts and a column vector'
    throw dataError(where, { file: path }, `${problem}, got ${top.map(({ name }) => name).join(', ')}`)
  }
  let dimension = 0
  for await (const { rowStart, rows } of parquetRows(where, opened, [nameColumn, 'vector'])) {
    if (rowStart === 0 && isArrayLike(rows[0]?.vector)) dimension = rows[0].vector.length
    const vectors = new Float32Array(rows.length * dimension)
    const names = rows.map(({ [nameColumn]: name, vector }, i) => {
      // A record of a Parquet file has no line; its number counts from 1 instead.
      if (typeof name !== 'string' || !isVector(vector, dimension)) {
        const problem = `record ${rowStart + i + 1} must have a text and ${dimension} numbers`
        throw dataError(where, { file: path }, `${problem}, got ${typeof name} and ${describeVector(vector)}`)
      }
      vectors.set(vector, i * dimension)
      return name
    })
    yield { names, vectors, dimension }
  }
}

function isVector(vector: unknown, dimension: number): vector is ArrayLike<number> {
  if (!isArrayLike(vector) || dimension === 0 || vector.length !== dimension) return false
  if (vector instanceof Float64Array) return true
  for (let i = 0; i < dimension; i++) if (typeof vector[i] !== 'number') return false
  return true
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value)
}

function describeVector(vector: unknown): string {
  return isArrayLike(vector) ? `${vector.length} values` : typeof vector
}
