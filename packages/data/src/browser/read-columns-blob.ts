import { columnReader, type ReadColumnsOptions } from '../table/column-reader.ts'
import type { ColumnTable } from '../table/column-table.ts'
import { checkFormat, decodedText, decoderOf, markedDecoder, NoText } from '../table/decode-text.ts'
import { recordsOf } from '../table/records-of.ts'
import { nameOf, unreadable } from './decode-blob.ts'

export interface ReadColumnsBlobOptions extends ReadColumnsOptions {
  /** Called with the bytes that are read so far. */
  readonly onProgress?: (read: number) => void
}

const where = 'readColumnsBlob'

/**
 * Reads a table of text by columns: `readColumns` of a page. Without `delimiter` it is what the header has between its
 * names: a comma, else a semicolon, a tab or a bar.
 *
 * @param blob a File, or any Blob; errors call it by its name
 * @throws as `readColumns`
 *
 * @example
 * ```ts
 * import { readColumnsBlob } from '@chiaro/data/browser'
 *
 * const chosen = new File(['item;price\npen;1,50\nink;2,25\n'], 'prices.csv') // input.files[0], in a page
 * const { columns } = await readColumnsBlob(chosen, { decimal: ',' }) // the delimiter is found
 * console.log(columns.map(({ name, values }) => [name, values]))
 * ```
 */
export async function readColumnsBlob(
  blob: Blob,
  { encoding, onProgress, ...options }: ReadColumnsBlobOptions = {},
): Promise<ColumnTable> {
  const file = nameOf(blob)
  const { begin, push, finish } = columnReader(where, file, options, { lines: true })
  const decoder = encoding === undefined ? undefined : decoderOf(where, encoding)
  await recordsOf(where, file, textOf(bytesOf(blob, file, onProgress), decoder), options, header => {
    begin(header)
    return ({ row, fields }) => push(fields, row)
  })
  return finish()
}

async function* bytesOf(
  blob: Blob,
  file: string,
  onProgress: ((read: number) => void) | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = blob.stream().getReader()
  let read = 0
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(unreadable(where, file))
      if (done) return
      read += value.length
      onProgress?.(read)
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function* textOf(
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
  given: TextDecoder | undefined,
): AsyncGenerator<string> {
  const first = await bytes.next()
  if (first.done) return
  checkFormat(first.value)
  const decoder = given ?? markedDecoder(first.value) ?? new TextDecoder('utf-8', { fatal: true })
  for await (const text of decodedText(decoder, first.value, bytes)) {
    if (text.includes('\0')) {
      throw new NoText('must be text, got a NUL: is it UTF-16 without a byte order mark?')
    }
    yield text
  }
}
