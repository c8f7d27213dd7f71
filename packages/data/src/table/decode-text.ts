import { rangeError } from '@chiaro/core'

/** The text of a file is none, in the line that the text before it ends in. */
export class NoText extends Error {}

/** The decoder of an encoding by its label. @throws RangeError for a label that is none */
export function decoderOf(where: string, encoding: string): TextDecoder {
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

/** The decoder of the UTF-16 that a byte order mark announces. */
export function markedDecoder([first, second]: Uint8Array): TextDecoder | undefined {
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

/** @throws NoText for bytes that begin as those of another format do */
export function checkFormat(bytes: Uint8Array): void {
  const begins = String.fromCharCode(...bytes.subarray(0, 8))
  const found = formats.find(([magic]) => begins.startsWith(magic))
  if (found !== undefined) throw new NoText(`must be text, got ${found[1]}`)
}

/** The text of bytes, piece by piece. @throws NoText for bytes that are none */
export async function* decodedText(
  decoder: TextDecoder,
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  const decoded = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch {
      throw new NoText(`must be ${decoder.encoding.toUpperCase()} text, got bytes that are none`)
    }
  }
  yield decoded(first)
  for await (const bytes of rest) yield decoded(bytes)
  yield decoded()
}
