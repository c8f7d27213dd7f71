import { ChiaroError } from '@chiaro/core'
import { inflateSync } from 'fflate'
import { crc32 } from './crc-32.ts'

/*
 * The ZIP format (PKWARE's APPNOTE 6.3.10): the files one after another, then a directory with name, sizes, CRC-32 and
 * place of each, then a record that says where the directory lies. Only the directory is trusted for places and sizes,
 * and each file is held to its checksum.
 */

export interface ReadZipOptions {
  /** The most bytes that all files may have together, unpacked. */
  readonly largest: number
}

/** A file as the directory has it. */
interface Entry {
  readonly name: string
  readonly method: number
  readonly checksum: number
  readonly packedSize: number
  readonly size: number
  readonly at: number
}

const signatures = { file: 0x04034b50, entry: 0x02014b50, end: 0x06054b50 } as const
const sizes = { file: 30, entry: 46, end: 22, comment: 0xffff } as const

/**
 * The files of a ZIP by their paths.
 *
 * @throws ChiaroError ('run') that names the bytes or the file: no ZIP, one that is cut off, a file that is damaged,
 *   packed in a way that is not read, or leads out of its folder, a name that comes twice, more than `largest` bytes
 */
export function readZip(
  where: string,
  bytes: Uint8Array,
  { largest }: ReadZipOptions,
): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  const fail = (problem: string, argument = 'bytes', cause?: unknown) =>
    new ChiaroError('run', `${where}: ${argument} ${problem}`, argument, { cause })
  const entries = directory(bytes, fail)
  const all = entries.reduce((sum, { size }) => sum + size, 0)
  if (all > largest) throw fail(`must hold at most ${largest} bytes, unpacked, its directory says ${all}`)
  for (const { name, ...entry } of entries) {
    if (name.endsWith('/')) continue
    if (leadsOut(name)) throw fail('must be a path within the ZIP, it leads out of it', name)
    if (files.has(name)) throw fail('must come once, it comes twice', name)
    let content: Uint8Array | undefined
    try {
      content = unpacked(bytes, entry)
    } catch (cause) {
      throw fail('must be whole, it is damaged', name, cause)
    }
    if (content === undefined) {
      throw fail('must be stored or deflated, without a password, it is packed in another way', name)
    }
    if (content.length !== entry.size || crc32(content) !== entry.checksum) {
      throw fail('must have the checksum of the ZIP, got another: it is damaged', name)
    }
    files.set(name, content)
  }
  return files
}

/** A Windows path is one too: some programs write its slashes. */
const leadsOut = (name: string) => /(^|\/)\.\.(\/|$)|^\/|^[A-Za-z]:|\0/.test(name)

function directory(bytes: Uint8Array, fail: (problem: string) => ChiaroError): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOf(view)
  if (end === undefined) {
    const begun = bytes.length >= 4 && view.getUint32(0, true) === signatures.file
    throw fail(
      begun ? 'must be a whole ZIP file, got one that is cut off' : 'must be a ZIP file, got something else',
    )
  }
  const entries: Entry[] = []
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + sizes.entry > end || view.getUint32(at, true) !== signatures.entry) {
      throw fail('must be a whole ZIP file, got one whose directory is damaged')
    }
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map(field => view.getUint16(at + field, true))
    const name = new TextDecoder().decode(bytes.subarray(at + sizes.entry, at + sizes.entry + nameSize))
    const encrypted = (view.getUint16(at + 8, true) & 1) === 1
    entries.push({
      name: name.replaceAll('\\', '/'),
      method: encrypted ? -1 : view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    })
    at += sizes.entry + nameSize + extraSize + commentSize
  }
  return entries
}

/** Where the last record lies; a comment may follow it. */
function endOf(view: DataView): number | undefined {
  const last = view.byteLength - sizes.end
  for (let at = last; at >= Math.max(0, last - sizes.comment); at--) {
    if (view.getUint32(at, true) === signatures.end) return at
  }
  return undefined
}

/** A file's bytes; none where it is packed in a way that is not read. @throws where they are damaged */
function unpacked(
  bytes: Uint8Array,
  { method, packedSize, size, at }: Omit<Entry, 'name'>,
): Uint8Array | undefined {
  if (method !== 0 && method !== 8) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(at, true) !== signatures.file) throw new RangeError('no file begins where one should')
  const begin = at + sizes.file + view.getUint16(at + 26, true) + view.getUint16(at + 28, true)
  if (begin + packedSize > bytes.length) throw new RangeError('the file goes beyond the end')
  const packed = bytes.subarray(begin, begin + packedSize)
  // What is more than the size that was told is not kept, and found by the checksum.
  return method === 0 ? packed.slice() : inflateSync(packed, { out: new Uint8Array(size) })
}
