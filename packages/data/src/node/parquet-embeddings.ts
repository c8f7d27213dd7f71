import type { SchemaElement } from 'hyparquet'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
import { dataError } from '../data-error.ts'
import { type ArrowColumn, arrowSchema } from './arrow-schema.ts'
import { checkVectors } from './check-vectors.ts'
import type { Embeddings, ReadEmbeddingsOptions } from './embeddings.ts'
import { type ParquetFile, parquetRows, rowsAtATime, topColumns, withParquet } from './parquet-file.ts'

const where = 'readEmbeddings'

/** Rows that are written together, in their order. */
export type EmbeddingBlock = Pick<Embeddings, 'names' | 'vectors'>

export interface ParquetEmbeddingsOptions {
  readonly dimension: number
  readonly nameColumn: string
  /** What the footer says beside the columns, asked when all rows have been written. */
  readonly metadata?: () => Readonly<Record<string, string>>
}

export async function writeParquetEmbeddings(
  file: string,
  blocks: Iterable<EmbeddingBlock> | AsyncIterable<EmbeddingBlock>,
  { dimension, nameColumn, metadata }: ParquetEmbeddingsOptions,
): Promise<void> {
  const columns: ArrowColumn[] = [
    { name: nameColumn, kind: 'text' },
    { name: 'vector', kind: 'vector', dimension },
  ]
  // Written last of all, so that what is known at the end only can still be added.
  const kvMetadata = [{ key: 'ARROW:schema', value: arrowSchema(columns) }]
  const rows = async function* () {
    for await (const { names, vectors } of blocks) {
      for (const [i, name] of names.entries()) {
        const vector = Array.from(vectors.subarray(i * dimension, (i + 1) * dimension))
        yield { [nameColumn]: name, vector }
      }
    }
    for (const [key, value] of Object.entries(metadata?.() ?? {})) kvMetadata.push({ key, value })
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
    kvMetadata,
  })
}

export async function readParquetEmbeddings(
  path: string,
  options: ReadEmbeddingsOptions,
): Promise<Embeddings> {
  return withParquet(where, path, opened => embeddingsOf(path, opened, options))
}

async function embeddingsOf(
  path: string,
  opened: ParquetFile,
  options: ReadEmbeddingsOptions,
): Promise<Embeddings> {
  const names: string[] = []
  // Grows with the rows that come: how many there are is only what the footer says.
  const parts: Float32Array[] = []
  let dimension = 0
  let nameColumn: string | undefined
  for await (const block of parquetEmbeddingBlocks(where, path, opened, options)) {
    for (const name of block.names) names.push(name)
    parts.push(block.vectors)
    dimension = block.dimension
    nameColumn = block.nameColumn
  }
  const vectors = new Float32Array(names.length * dimension)
  for (let i = 0, at = 0; i < parts.length; at += parts[i++].length) vectors.set(parts[i], at)
  return { names, vectors, dimension, ...(nameColumn !== undefined && { nameColumn }) }
}

/** The embeddings of an opened file, some thousand rows at a time. */
export async function* parquetEmbeddingBlocks(
  where: string,
  path: string,
  opened: ParquetFile,
  options: ReadEmbeddingsOptions,
): AsyncGenerator<Embeddings> {
  const { nameColumn, chosen } = nameColumnOf(where, path, topColumns(opened.metadata.schema), options)
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
    checkVectors(where, path, vectors, dimension, rowStart)
    yield { names, vectors, dimension, ...(chosen && { nameColumn }) }
  }
}

/** What columns of names are called, before others. */
const nameColumns = ['file', 'path', 'name', 'id', 'filename', 'file_name', 'image', 'text']

/** Which column has the names, and whether there were others of texts to choose from. */
function nameColumnOf(
  where: string,
  path: string,
  top: readonly SchemaElement[],
  { nameColumn: given }: ReadEmbeddingsOptions,
): { readonly nameColumn: string; readonly chosen: boolean } {
  const fail = (problem: string) => dataError(where, { file: path }, problem)
  const texts = top.flatMap(({ name, type }) => (type === 'BYTE_ARRAY' && name !== 'vector' ? [name] : []))
  if (texts.length === 0 || !top.some(({ name }) => name === 'vector')) {
    const got = top.map(({ name }) => name).join(', ')
    throw fail(`must have a column of texts and a column vector, got ${got}`)
  }
  if (given !== undefined) {
    if (texts.includes(given)) return { nameColumn: given, chosen: false }
    throw fail(`must have a column ${given} of texts, got ${texts.join(', ')}`)
  }
  if (texts.length === 1) return { nameColumn: texts[0], chosen: false }
  for (const usual of nameColumns) {
    const nameColumn = texts.find(name => name.toLowerCase() === usual)
    if (nameColumn !== undefined) return { nameColumn, chosen: true }
  }
  throw fail(`must have one column of names (say nameColumn, or --name-column), got ${texts.join(', ')}`)
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
