import { isUtf8 } from 'node:buffer'
import { extname } from 'node:path'
import { CsvError, parse } from 'csv-parse/sync'
import { dataError, reasonOf } from '../data-error.ts'
import { readBytes } from './read-file.ts'

/** A table with a header; a row's number is the line its record begins in. */
export interface Table {
  readonly file: string
  readonly header: readonly string[]
  readonly rows: readonly { readonly row: number; readonly fields: readonly string[] }[]
}

/** A tab for .tsv and .tab, else a comma. */
export function delimiterOf(file: string): string {
  return ['.tsv', '.tab'].includes(extname(file).toLowerCase()) ? '\t' : ','
}

/**
 * Reads a CSV or TSV file (RFC 4180): quoted fields may hold delimiters and line ends; LF, CRLF and a byte order
 * mark are understood; empty lines are no records.
 *
 * @throws ChiaroError ('data') that names file and row: no such file, no UTF-8 text, nothing in it, a header only,
 *   a quote out of place, a row with more or fewer columns than the header, a column name that comes twice
 */
export async function readTable(where: string, file: string, delimiter = delimiterOf(file)): Promise<Table> {
  const bytes = await readBytes(where, file)
  checkText(where, file, bytes)
  const [first, ...rows] = records(where, file, bytes, delimiter)
  if (first === undefined) throw dataError(where, { file }, 'must be a table, got an empty file')
  const header = first.fields
  const twice = header.find((name, i) => header.indexOf(name) !== i)
  if (twice !== undefined) {
    throw dataError(where, { file, row: first.row }, `column names must differ, got ${twice} twice`)
  }
  if (rows.length === 0) throw dataError(where, { file }, 'must have rows, got a header only')
  for (const { row, fields } of rows) {
    if (fields.length === header.length) continue
    const expected = `must have ${header.length} columns, as the header has`
    throw dataError(where, { file, row }, `${expected}, got ${fields.length}`)
  }
  return { file, header, rows }
}

/** The position of a column, by name. */
export function columnIndex(where: string, { file, header }: Table, name: string): number {
  const index = header.indexOf(name)
  if (index >= 0) return index
  throw dataError(where, { file }, `must have a column ${name}, got ${header.join(', ')}`)
}

function records(where: string, file: string, bytes: Buffer, delimiter: string): Table['rows'] {
  const found: { row: number; fields: string[] }[] = []
  const lines = lineCounter(bytes)
  // Where the last record ended. The parser's own line numbers are off by one per CRLF within quotes.
  let end = 0
  try {
    parse(bytes, {
      bom: true,
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (fields: string[], { bytes: recordEnd }) => {
        found.push({ row: lines(end), fields })
        end = recordEnd
        return null
      },
    })
  } catch (error) {
    const quotes = error instanceof CsvError ? error.message : reasonOf(error)
    throw dataError(where, { file, row: lines(end) }, `must be well-formed, got ${quotes}`, { cause: error })
  }
  return found
}

/** The line of the first character at or behind a position that ends no line; positions must not decrease. */
function lineCounter(bytes: Buffer): (position: number) => number {
  const [lf, cr] = [0x0a, 0x0d]
  let at = 0
  let line = 1
  const step = () => {
    if (bytes[at] === lf || (bytes[at] === cr && bytes[at + 1] !== lf)) line += 1
    at += 1
  }
  return position => {
    while (at < position) step()
    while (bytes[at] === lf || bytes[at] === cr) step()
    return line
  }
}

/** Another encoding would turn letters into replacement marks, in silence; a NUL is in no text. */
function checkText(where: string, file: string, bytes: Buffer): void {
  const nul = bytes.indexOf(0)
  if (nul >= 0) {
    throw dataError(where, { file, row: lineCounter(bytes)(nul) }, `must be text, got a NUL at byte ${nul}`)
  }
  if (isUtf8(bytes)) return
  let row = 1
  for (let from = 0; from < bytes.length; row++) {
    const lineEnd = bytes.indexOf(0x0a, from)
    const to = lineEnd < 0 ? bytes.length : lineEnd + 1
    if (!isUtf8(bytes.subarray(from, to))) break
    from = to
  }
  throw dataError(where, { file, row }, 'must be UTF-8 text, got bytes that are not')
}
