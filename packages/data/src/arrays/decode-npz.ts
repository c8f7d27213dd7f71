import { ChiaroError, checkNumber } from '@chiaro/core'
import type { FileEntry } from '@zip.js/zip.js'
import { dataError, reasonOf } from '../data-error.ts'
import type { HostArray } from './array.ts'
import { npyArray } from './decode-npy.ts'

export interface DecodeNpzOptions {
  /** The most bytes all arrays may have together, unpacked. Default 2 GiB. */
  readonly largest?: number
  /** What errors call the bytes. Default '.npz'. */
  readonly name?: string
}

/**
 * The arrays of a .npz file's bytes (numpy.savez and savez_compressed) by their names: a zip of .npy files, each as
 * `decodeNpy` reads it. Checksums are verified.
 *
 * @throws ChiaroError ('data') that names the member: no zip, truncated, a checksum that does not fit, entries that
 *   overlap, more than `largest` bytes, a member that is no .npy, a name that comes twice; RangeError unless `largest`
 *   is positive
 *
 * @example
 * ```ts
 * import { decodeNpz } from '@chiaro/data'
 *
 * // What numpy.savez('digits.npz', x=…, y=…) wrote, fetched by a page.
 * async function digits(url: string) {
 *   const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer())
 *   const { x, y } = await decodeNpz(bytes, { largest: 2 ** 26, name: url })
 *   return { shape: x.shape, labels: y.values }
 * }
 * console.log(digits.length)
 * ```
 */
export async function decodeNpz(
  bytes: Uint8Array,
  { largest, name = '.npz' }: DecodeNpzOptions = {},
): Promise<Record<string, HostArray>> {
  return npzArrays('decodeNpz', name, bytes, largest)
}

/** `decodeNpz` in the name of `where`. */
export async function npzArrays(
  where: string,
  file: string,
  bytes: Uint8Array,
  largest = 2 ** 31,
): Promise<Record<string, HostArray>> {
  checkNumber(where, { largest }, { above: 0, most: Number.POSITIVE_INFINITY })
  // Loaded when it is needed: most programs read no zip.
  const { Uint8ArrayReader, ZipReader } = await import('@zip.js/zip.js')
  const options = { useWebWorkers: false, checkCrc32: true, checkOverlappingEntry: true }
  const zip = new ZipReader(new Uint8ArrayReader(bytes), options)
  const arrays = new Map<string, HostArray>()
  let left = largest
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      const { filename, offset } = entry
      const fail = (problem: string) => dataError(where, { file, offset }, problem)
      const name = filename.match(/^(.+)\.npy$/s)?.[1]
      if (entry.directory || name === undefined) {
        throw fail(`must hold .npy files, got ${JSON.stringify(filename.slice(0, 200))}`)
      }
      if (arrays.has(name)) throw fail(`names must differ, got ${name} twice`)
      if (entry.uncompressedSize > left) throw fail(`must hold at most ${largest} bytes, got more`)
      const unpacked = await unpack(entry, left)
      left -= unpacked.length
      arrays.set(name, npyArray(where, `${file}: ${filename}`, unpacked))
    }
  } catch (cause) {
    if (cause instanceof ChiaroError) throw cause
    throw dataError(where, { file }, `must be a whole .npz (zip), got ${reasonOf(cause)}`, { cause })
  } finally {
    await zip.close().catch(() => undefined)
  }
  return Object.fromEntries(arrays)
}

/** Memory grows with what comes out, not with what the header promises; that says no more than `largest`. */
async function unpack(entry: FileEntry, largest: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      length += chunk.length
      if (length > largest) throw new Error(`more than ${largest} bytes in ${entry.filename}`)
      chunks.push(chunk)
    },
  })
  await entry.getData(sink)
  const out = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}
