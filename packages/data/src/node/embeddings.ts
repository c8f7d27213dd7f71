import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { checkInteger, rangeError, typeError } from '@chiaro/core'
import type { HostArray } from '../arrays/array.ts'
import { npyArray } from '../arrays/decode-npy.ts'
import { encodeNpy } from '../arrays/encode-npy.ts'
import { dataError, reasonOf } from '../data-error.ts'
import { checkVectors } from './check-vectors.ts'
import { readParquetEmbeddings, writeParquetEmbeddings } from './parquet-embeddings.ts'
import { readBytes } from './read-file.ts'
import { replaceFile } from './write-file.ts'

/** Vectors with what each is the embedding of. */
export interface Embeddings {
  /** [count] a file's name or a text. */
  readonly names: readonly string[]
  /** [count, dimension] row-major. */
  readonly vectors: Float32Array
  readonly dimension: number
  /** What the column of names is called, where a file has several columns of texts to choose from. */
  readonly nameColumn?: string
}

export interface ReadEmbeddingsOptions {
  /**
   * The column of names in Parquet. Default the only one of texts, or of several the one called file, path, name, id,
   * filename, file_name, image or text, in this order.
   */
  readonly nameColumn?: string
}

export interface WriteEmbeddingsOptions {
  /** What Parquet calls the column of names: 'file', 'text', … Default 'name'. */
  readonly nameColumn?: string
}

/**
 * Writes embeddings, by the file's extension:
 * - .parquet: a column of names (UTF-8) and a column `vector` (list of float32; to readers that stand on Arrow of fixed
 *   size), not compressed;
 * - .npy: a float32 matrix, and beside it <file>.names.json, an array of names.
 *
 * Each file is replaced in one step; the folder is made if there is none.
 *
 * @throws RangeError for another extension; TypeError when the vectors are not [names, dimension]
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { readEmbeddings, withEmbeddingBlocks, writeEmbeddings } from '@chiaro/data/node'
 *
 * const file = join(await mkdtemp(join(tmpdir(), 'embeddings-')), 'embeddings.npy')
 * const vectors = Float32Array.of(1, 0, 0, 0, 1, 0)
 * await writeEmbeddings(file, { names: ['a.png', 'b.png'], vectors, dimension: 3 })
 * console.log((await readEmbeddings(file)).dimension) // 3
 * // Of a file that no memory holds: some thousand rows at a time.
 * const rows = await withEmbeddingBlocks(file, async blocks => {
 *   let count = 0
 *   for await (const { names } of blocks) count += names.length
 *   return count
 * })
 * console.log(rows) // 2
 * ```
 */
export async function writeEmbeddings(
  file: string,
  embeddings: Embeddings,
  { nameColumn = 'name' }: WriteEmbeddingsOptions = {},
): Promise<void> {
  const { names, vectors, dimension } = embeddings
  checkInteger('writeEmbeddings', { dimension }, { least: 1 })
  if (!(vectors instanceof Float32Array) || vectors.length !== names.length * dimension) {
    const expected = `a Float32Array of ${names.length} · ${dimension} numbers`
    throw typeError(
      'writeEmbeddings',
      'vectors',
      expected,
      `${vectors.length} in a ${vectors.constructor.name}`,
    )
  }
  checkNameColumn('writeEmbeddings', nameColumn)
  switch (formatOf('writeEmbeddings', file)) {
    case '.parquet':
      return replaceFile(file, partial =>
        writeParquetEmbeddings(partial, [embeddings], { dimension, nameColumn }),
      )
    case '.npy':
      // Both are written before either takes its name: a disk that is full leaves the names beside their own vectors.
      return replaceFile(namesFile(file), async partialNames => {
        await writeFile(partialNames, `${JSON.stringify(names)}\n`)
        await replaceFile(file, partial =>
          writeFile(partial, encodeNpy({ shape: [names.length, dimension], values: vectors })),
        )
      })
  }
}

/** Refuses a name that the column of names can't have. */
export function checkNameColumn(where: string, nameColumn: string): void {
  if (nameColumn !== 'vector' && nameColumn !== '') return
  throw rangeError(where, 'nameColumn', 'a name other than vector', JSON.stringify(nameColumn))
}

/**
 * Reads what `writeEmbeddings` wrote, and any Parquet file with a column of texts and a column `vector` of float
 * lists (or lists of whole numbers), or any .npy matrix of numbers with names beside it.
 *
 * @throws ChiaroError ('data') that names the file: none there, another format, several columns that may be the names,
 *   vectors of different lengths, not as many names as vectors; and the record of a vector of zeros or with a number that
 *   is not finite. RangeError for another extension
 * @see `writeEmbeddings` for an example
 */
export async function readEmbeddings(file: string, options: ReadEmbeddingsOptions = {}): Promise<Embeddings> {
  const where = 'readEmbeddings'
  if (formatOf(where, file) === '.parquet') return readParquetEmbeddings(file, options)
  const { vectors, rows, dimension } = matrixOf(file, npyArray(where, file, await readBytes(where, file)))
  const names = await readNames(namesFile(file))
  if (names.length !== rows) {
    const problem = `must have a name for each of ${rows} vectors, got ${names.length}`
    throw dataError(where, { file: namesFile(file) }, problem)
  }
  checkVectors(where, file, vectors, dimension, 0)
  return { names, vectors, dimension }
}

function matrixOf(file: string, { shape, values }: HostArray) {
  const [rows, dimension] = shape
  if (shape.length === 2) {
    const vectors = values instanceof Float32Array ? values : new Float32Array(values.length)
    if (vectors !== values) for (let i = 0; i < values.length; i++) vectors[i] = Number(values[i])
    return { vectors, rows, dimension }
  }
  const got = `[${shape.join(', ')}] in a ${values.constructor.name}`
  throw dataError('readEmbeddings', { file }, `must be a matrix of numbers, got ${got}`)
}

/** Where the names of a .npy file's rows are. */
export function namesFile(file: string): string {
  return `${file}.names.json`
}

/** @throws ChiaroError ('data') that names the file, in the name of `readEmbeddings` */
export async function readNames(file: string): Promise<string[]> {
  const text = (await readBytes('readEmbeddings', file)).toString('utf8')
  let names: unknown
  try {
    names = JSON.parse(text)
  } catch (error) {
    throw dataError('readEmbeddings', { file }, `must be JSON, got ${reasonOf(error)}`, { cause: error })
  }
  if (Array.isArray(names) && names.every(name => typeof name === 'string')) return names
  throw dataError('readEmbeddings', { file }, `must be an array of names, got ${text.slice(0, 40)}`)
}

/** The format of an embedding file, by its extension. */
export function formatOf(where: string, file: string): '.parquet' | '.npy' {
  const extension = extname(file).toLowerCase()
  if (extension === '.parquet' || extension === '.npy') return extension
  throw rangeError(where, 'file', 'a .parquet or .npy file', file)
}
