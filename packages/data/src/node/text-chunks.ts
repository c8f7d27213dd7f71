import { isUtf8 } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'
import { rangeError } from '@chiaro/core'
import { dataError, reasonOf } from '../data-error.ts'
import { unreadable } from './read-file.ts'

/** Bytes read at a time. */
const chunkBytes = 2 ** 20

/** The text of a file is none, in the line that the text before it ends in. */
export class NoText extends Error {}

/**
 * The text of a file piece by piece, without its byte order mark: UTF-8, or UTF-16 that a byte order mark announces, or
 * what `encoding` says.
 *
 * @param encoding a label of the Encoding Standard: 'windows-1252', 'utf-16le', …
 * @throws NoText for bytes that are none; ChiaroError ('data') for a file that cannot be read
 * @see https://encoding.spec.whatwg.org/#names-and-labels
 */
export async function* textChunks(where: string, file: string, encoding?: string): AsyncGenerator<string> {
  const given = encoding === undefined ? undefined : decoderOf(where, encoding)
  const handle = await open(file).catch(error => {
    throw dataError(where, { file }, unreadable(file, error), { cause: error })
  })
  try {
    const chunks = byteChunks(where, file, handle)
    const first = await chunks.next()
    if (first.done) return
    const marked = given ?? markedDecoder(first.value)
    checkFormat(first.value)
    yield* marked === undefined ? utf8Text(first.value, chunks) : decodedText(marked, first.value, chunks)
  } finally {
    await handle.close()
  }
}

async function* byteChunks(where: string, file: string, handle: FileHandle): AsyncGenerator<Buffer> {
  for (;;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(chunkBytes)).catch(error => {
      throw dataError(where, { file }, unreadable(file, error), { cause: error })
    })
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

function decoderOf(where: string, encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true })
  } catch {
    throw rangeError(
      where,
      'encoding',
      'the name of an encoding (utf-8, utf-16le, windows-1252, …)',
      encoding,
    )
  }
}

function markedDecoder([first, second]: Buffer): TextDecoder | undefined {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le', { fatal: true })
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be', { fatal: true })
  return undefined
}

const formats: readonly (readonly [begins: string, format: string])[] = [
  ['\x1f\x8b', 'a gzip file: unpack it first'],
  ['PK\x03\x04', 'a zip file or a workbook (.xlsx): save the sheet as CSV'],
  ['\xd0\xcf\x11\xe0', 'a workbook (.xls): save the sheet as CSV'],
  ['PAR1', 'a Parquet file: its name must end in .parquet'],
  ['ARROW1', 'a Feather (Arrow) file: save it as Parquet or CSV'],
]

function checkFormat(bytes: Buffer): void {
  const begins = bytes.toString('latin1', 0, 8)
  const found = formats.find(([magic]) => begins.startsWith(magic))
  if (found !== undefined) throw new NoText(`must be text, got ${found[1]}`)
}

async function* decodedText(
  decoder: TextDecoder,
  first: Buffer,
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<string> {
  const decoded = (bytes?: Buffer) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch (error) {
      throw new NoText(`must be ${decoder.encoding.toUpperCase()} text, got ${reasonOf(error)}`)
    }
  }
  yield decoded(first)
  for await (const bytes of rest) yield decoded(bytes)
  yield decoded()
}

async function* utf8Text(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const bom = first.length >= 3 && first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf ? 3 : 0
  let offset = bom
  // The bytes of a character that the next chunk ends.
  let kept: Buffer = Buffer.alloc(0)
  const text = function* (bytes: Buffer, last: boolean) {
    const whole = kept.length === 0 ? bytes : Buffer.concat([kept, bytes])
    const end = last ? whole.length : wholeCharacters(whole)
    const ready = whole.subarray(0, end)
    const nul = ready.indexOf(0)
    const right = isUtf8(ready)
    if (right && nul < 0) {
      yield ready.toString('utf8')
      kept = whole.subarray(end)
      offset += end
      return
    }
    const wrong = right ? none : firstWrong(ready)
    const stop = Math.min(nul < 0 ? none : nul, wrong)
    yield ready.toString('utf8', 0, stop)
    if (stop === nul) {
      const hint = 'is it UTF-16 without a byte order mark (--encoding utf-16le)?'
      throw new NoText(`must be text, got a NUL at byte ${offset + nul}: ${hint}`)
    }
    const byte = ready[stop].toString(16).toUpperCase()
    const word = new TextDecoder('windows-1252').decode(ready.subarray(wordStart(ready, stop), stop + 1))
    const hint = `in Latin-1 or Windows-1252 it is ${JSON.stringify(word)} (--encoding windows-1252)`
    throw new NoText(`must be UTF-8 text, got the byte ${byte} that is not; ${hint}`)
  }
  yield* text(first.subarray(bom), false)
  for await (const bytes of rest) yield* text(bytes, false)
  yield* text(Buffer.alloc(0), true)
}

const none = Number.POSITIVE_INFINITY

/** How many of the bytes come before a character that may go on. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** The first byte that is not UTF-8. */
function firstWrong(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at]
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
    if (lead >= 0x80 && !isUtf8(bytes.subarray(at, at + length))) return at
    at += length
  }
  return bytes.length
}

/** Where the word before a byte begins, some letters back. */
function wordStart(bytes: Buffer, at: number): number {
  let start = at
  while (start > 0 && at - start < 12 && /[A-Za-z]/.test(String.fromCharCode(bytes[start - 1]))) start -= 1
  return start
}
