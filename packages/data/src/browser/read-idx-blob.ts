import { checkNumber } from '@chiaro/core'
import { type IdxArray, idxArray, largestIdx, longestIdxHeader } from '../arrays/decode-idx.ts'
import { dataError, reasonOf } from '../data-error.ts'
import { nameOf } from './decode-blob.ts'

/**
 * Reads an IDX file (`decodeIdx`), packed or not, from a File or any Blob: `readIdx` of a page.
 *
 * @param options largest: the most bytes the array may have, unpacked; default 1 GiB
 * @throws ChiaroError ('data') that names the file and the byte: truncated or broken gzip, no IDX header, a header that
 *   asks for more than `largest` or that does not fit the bytes that follow; RangeError unless `largest` is positive
 *
 * @example
 * ```ts
 * import { readIdxBlob } from '@chiaro/data/browser'
 *
 * const file = new File([Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1)], 'labels-idx1-ubyte')
 * console.log((await readIdxBlob(file)).values) // 7, 2, 1
 * ```
 */
export async function readIdxBlob(
  blob: Blob,
  { largest = largestIdx }: { readonly largest?: number } = {},
): Promise<IdxArray> {
  checkNumber('readIdxBlob', { largest }, { above: 0, most: Number.POSITIVE_INFINITY })
  const file = nameOf(blob)
  return idxArray('readIdxBlob', file, await unpacked(blob, file, largest + longestIdxHeader), largest)
}

async function unpacked(blob: Blob, file: string, largest: number): Promise<Uint8Array> {
  const begin = new Uint8Array(await blob.slice(0, 2).arrayBuffer())
  const packed = begin[0] === 0x1f && begin[1] === 0x8b
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = (
    packed ? blob.stream().pipeThrough(new DecompressionStream('gzip')) : blob.stream()
  ).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      length += value.length
      if (length > largest) throw new Error('more')
    }
  } catch (cause) {
    const problem = `must be a whole file of at most ${largest} bytes, unpacked, got ${reasonOf(cause)}`
    throw dataError('readIdxBlob', { file }, problem, { cause })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer())
}
