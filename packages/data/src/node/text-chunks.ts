import { isUtf8 } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'
import { dataError } from '../data-error.ts'
import { checkFormat, decodedText, decoderOf, markedDecoder, NoText } from '../table/decode-text.ts'
import { unreadable } from './read-file.ts'

/** Bytes read at a time. */
const chunkBytes = 2 ** 20

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
