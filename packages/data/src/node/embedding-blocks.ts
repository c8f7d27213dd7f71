import type { FileHandle } from 'node:fs/promises'
import { dataError } from '../data-error.ts'
import { checkVectors } from './check-vectors.ts'
import {
  type Embeddings,
  formatOf,
  namesFile,
  type ReadEmbeddingsOptions,
  readEmbeddings,
  readNames,
} from './embeddings.ts'
import { npyHeaderOf, openNpy } from './npy-file.ts'
import { parquetEmbeddingBlocks } from './parquet-embeddings.ts'
import { openParquet } from './parquet-file.ts'

const where = 'withEmbeddingBlocks'

/** Bytes of a .npy file that are read at a time. */
const blockBytes = 2 ** 23

/**
 * What `use` makes of the embeddings of a file, or of several on end, some thousand rows at a time: `readEmbeddings` of
 * files larger than the memory. Of a .npy file the names are in memory, and the vectors too unless they are little-endian
 * float32 row by row, as `writeEmbeddings` and NumPy write them.
 *
 * @param files read in their order, each opened when its turn comes
 * @throws as `readEmbeddings`, and what `use` throws; ChiaroError ('data') for a file of another dimension than those before
 * @see `writeEmbeddings` for an example
 */
export async function withEmbeddingBlocks<T>(
  files: string | readonly string[],
  use: (blocks: AsyncIterable<Embeddings>) => Promise<T>,
  options: ReadEmbeddingsOptions = {},
): Promise<T> {
  const all = typeof files === 'string' ? [files] : files
  for (const file of all) formatOf(where, file)
  const blocks = blocksOf(all, options)
  try {
    return await use(blocks)
  } finally {
    // Closes the file that is open where `use` has not read to the end.
    await blocks.return(undefined)
  }
}

async function* blocksOf(
  files: readonly string[],
  options: ReadEmbeddingsOptions,
): AsyncGenerator<Embeddings, void, undefined> {
  let dimension: number | undefined
  for (const file of files) {
    for await (const block of fileBlocks(file, options)) {
      dimension ??= block.dimension
      if (block.dimension !== dimension) {
        const problem = `must have vectors of ${dimension} numbers as ${files[0]} has, got ${block.dimension}`
        throw dataError(where, { file }, problem)
      }
      yield block
    }
  }
}

async function* fileBlocks(file: string, options: ReadEmbeddingsOptions): AsyncGenerator<Embeddings> {
  if (formatOf(where, file) === '.parquet') {
    const opened = await openParquet(where, file)
    try {
      yield* parquetEmbeddingBlocks(where, file, opened, options)
    } finally {
      await opened.reader.close()
    }
    return
  }
  const handle = await openNpy(where, file)
  try {
    yield* npyBlocks(file, handle)
  } finally {
    await handle.close()
  }
}

async function* npyBlocks(file: string, handle: FileHandle): AsyncGenerator<Embeddings> {
  const header = await npyHeaderOf(where, file, handle)
  const [rows, dimension] = header.shape
  if (header.shape.length !== 2 || header.type !== 'f4' || header.bigEndian || header.fortranOrder) {
    yield await readEmbeddings(file)
    return
  }
  const names = await readNames(namesFile(file))
  if (names.length !== rows) {
    const problem = `must have a name for each of ${rows} vectors, got ${names.length}`
    throw dataError(where, { file: namesFile(file) }, problem)
  }
  const step = Math.max(1, Math.floor(blockBytes / (4 * Math.max(1, dimension))))
  for (let from = 0; from < rows; from += step) {
    const count = Math.min(step, rows - from)
    const vectors = new Float32Array(count * dimension)
    const bytes = new Uint8Array(vectors.buffer)
    for (let done = 0; done < bytes.length; ) {
      const at = header.start + 4 * from * dimension + done
      const { bytesRead: got } = await handle.read(bytes, done, bytes.length - done, at)
      if (got === 0) throw dataError(where, { file, offset: at }, 'must not become shorter while it is read')
      done += got
    }
    checkVectors(where, file, vectors, dimension, from)
    yield { names: names.slice(from, from + count), vectors, dimension }
  }
}
