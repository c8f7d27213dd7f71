import { createReadStream } from 'node:fs'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { ChiaroError } from '@chiaro/core'
import { type Extract, extract } from 'tar-stream'
import { dataError, reasonOf } from '../data-error.ts'
import { unreadable } from './read-file.ts'

/** A file of a tar. */
export interface TarMember {
  readonly name: string
  /** Where its header begins: reading may start here. */
  readonly start: number
  /** Where the next header begins. */
  readonly end: number
  /** Its bytes, if `wanted` said so. */
  readonly bytes: Uint8Array | undefined
}

export interface TarOptions {
  /** Where a header begins, in bytes of the unpacked tar. */
  readonly start: number
  /** A member of more bytes is refused by its header. */
  readonly largestMember: number
  /** Which members' bytes are kept; the others are passed over. */
  readonly wanted: (name: string) => boolean
}

const tarBlockBytes = 512

/**
 * The files of a tar in their order, one in memory at a time; folders and links are passed over. A name that ends in
 * .gz or .tgz is unpacked on the way; its `start` costs unpacking what lies before.
 *
 * @throws ChiaroError ('data') that names file and byte: unreadable, truncated (a tar ends with a block of zeros), no
 *   tar, a name that is absolute or leads upwards, a member above largestMember
 */
export async function* tarMembers(
  where: string,
  file: string,
  { start, largestMember, wanted }: TarOptions,
): AsyncGenerator<TarMember, void, undefined> {
  const packed = /\.t?gz$/i.test(file)
  const opened = createReadStream(file, packed ? {} : { start })
  const tail = endWatch(packed ? start : 0)
  const reader = extract()
  const stages = packed ? [createGunzip(), tail.stream] : [tail.stream]
  // tar-stream is a stream of streamx, which Node's pipeline takes; its types know Node's streams only.
  const flow = pipeline([opened as Readable, ...stages, reader])
  // The loop below sees the failure too, through the reader; this one knows the cause.
  const failure = flow.then(
    () => undefined,
    error => error as unknown,
  )
  let at = start
  try {
    for await (const entry of reader) {
      const { name, type, size, dataStart } = headerOf(entry)
      const origin = { file, offset: at }
      const end = start + dataStart + Math.ceil(size / tarBlockBytes) * tarBlockBytes
      checkName(where, origin, name)
      if (size > largestMember) {
        throw dataError(where, origin, `${name} must have at most ${largestMember} bytes, got ${size}`)
      }
      const isFile = type === 'file' || type === 'contiguous-file'
      const bytes = isFile && wanted(name) ? await collect(entry, size) : undefined
      if (bytes === undefined) entry.resume()
      if (isFile) yield { name, start: at, end, bytes }
      at = end
    }
    const cause = await failure
    if (cause !== undefined) throw cause
    if (tail.zeros() < tarBlockBytes) {
      throw dataError(
        where,
        { file, offset: start + tail.passed() },
        'must end with a block of zeros, got none: truncated',
      )
    }
  } catch (error) {
    if (error instanceof ChiaroError) throw error
    const cause = (await failure) ?? error
    if ((cause as NodeJS.ErrnoException).syscall !== undefined) {
      throw dataError(where, { file }, unreadable(file, cause), { cause })
    }
    throw dataError(where, { file, offset: at }, `must be a whole tar, got ${reasonOf(cause)}`, { cause })
  } finally {
    opened.destroy()
    reader.destroy()
    await failure
  }
}

type Entry = Extract extends AsyncIterable<infer T> ? T : never

function headerOf(entry: Entry) {
  // byteOffset is there since tar-stream 3.0; its types don't have it.
  const header = entry.header as Entry['header'] & { readonly byteOffset: number }
  const { name, type, size, byteOffset } = header
  return { name, type, size: type === 'directory' ? 0 : size, dataStart: byteOffset }
}

/** Nothing is ever written, but a name that would lead out of a folder is the mark of a hostile file. */
function checkName(where: string, origin: { file: string; offset: number }, name: string): void {
  const absolute = /^([/\\]|[a-z]:)/i.test(name)
  if (name !== '' && !absolute && !name.includes('\0') && !name.split(/[/\\]/).includes('..')) return
  const quotedName = JSON.stringify(name.slice(0, 200))
  throw dataError(where, origin, `a member must have a relative path without .., got ${quotedName}`)
}

/** What the header promises is not allocated before it has come. */
async function collect(entry: Entry, size: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of entry) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks, size)
}

/** Drops the first `skip` bytes, counts the rest, and remembers how many zeros came last. */
function endWatch(skip: number) {
  let left = skip
  let passed = 0
  let zeros = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const dropped = Math.min(left, chunk.length)
      left -= dropped
      const rest = chunk.subarray(dropped)
      let last = rest.length
      while (last > 0 && rest[last - 1] === 0) last -= 1
      zeros = last === 0 ? zeros + rest.length : rest.length - last
      passed += rest.length
      done(null, rest)
    },
  })
  return { stream, passed: () => passed, zeros: () => zeros }
}
