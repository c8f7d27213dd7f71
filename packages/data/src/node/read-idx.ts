import { checkNumber } from '@chiaro/core'
import { type IdxArray, idxArray, largestIdx, longestIdxHeader } from '../arrays/decode-idx.ts'
import { readUnpacked } from './read-unpacked.ts'

export interface ReadIdxOptions {
  /** The most bytes the array may have, unpacked. Default 1 GiB. */
  readonly largest?: number
}

/**
 * Reads an IDX file (`decodeIdx`), packed or not. Gzip is told by its first bytes, not by the name.
 *
 * @throws ChiaroError ('data') that names the file and the byte: unreadable or truncated gzip, no IDX header, a header
 *   that asks for more than `largest` or that does not fit the bytes that follow; RangeError unless `largest` is
 *   positive
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { gzipSync } from 'node:zlib'
 * import { readIdx } from '@chiaro/data/node'
 *
 * const file = join(await mkdtemp(join(tmpdir(), 'idx-')), 'labels-idx1-ubyte.gz')
 * await writeFile(file, gzipSync(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1)))
 * console.log((await readIdx(file)).values) // 7, 2, 1
 * ```
 */
export async function readIdx(
  file: string,
  { largest = largestIdx }: ReadIdxOptions = {},
): Promise<IdxArray> {
  checkNumber('readIdx', { largest }, { above: 0, most: Number.POSITIVE_INFINITY })
  const bytes = await readUnpacked('readIdx', file, largest + longestIdxHeader)
  return idxArray('readIdx', file, bytes, largest)
}
