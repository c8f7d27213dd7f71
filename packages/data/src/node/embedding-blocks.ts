import { type FileHandle, open } from 'node:fs/promises'
import { longestHeader, readNpyHeader } from '../arrays/npy-header.ts'
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
import { parquetEmbeddingBlocks } from './parquet-embeddings.ts'
import { withParquet } from './parquet-file.ts'
import { unreadable } from './read-file.ts'

const where = 'withEmbeddingBlocks'

/** Bytes of a .npy file that are read at a time. */
const blockBytes = 2 ** 23

/**
 * What `use` makes of the embeddings of a file, some thousand rows at a time: `readEmbeddings` of files larger than the
 * memory. Of a .npy file the names are in memory, and the vectors too unless they are little-endian float32 row by row,
 * as `writeEmbeddings` and NumPy write them.
 *
 * @throws as `readEmbeddings`, and what `use` throws
 * @see `writeEmbeddings` for an example
 */
export async function withEmbeddingBlocks<T>(
  file: string,
  use: (blocks: AsyncIterable<Embeddings>) => Promise<T>,
  options: ReadEmbeddingsOptions = {},
): Promise<T> {
  if (formatOf(where, file) === '.parquet') {
    return withParquet(where, file, opened => use(parquetEmbeddingBlocks(where, file, opened, options)))
  }
  const handle = await open(file).catch(error => {
    throw dataError(where, { file }, unreadable(file, error), { cause: error })
  })
  try {
    return await use(npyBlocks(file, handle))
  } finally {
    await handle.close()
  }
}

async function* npyBlocks(file: string, handle: FileHandle): AsyncGenerator<Embeddings> {
  const { size } = await handle.stat()
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestHeader + 12), 0, longestHeader + 12, 0)
  const header = readNpyHeader(where, file, buffer.subarray(0, bytesRead), size)
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
