import { extname } from 'node:path'
import { rangeError } from '@chiaro/core'
import { dataError } from '../data-error.ts'
import { recordSplitter, type TextRecord } from '../table/split-records.ts'
import { swallowsRows } from '../table/swallowed-rows.ts'
import { columnNames, headerInQuotes, holdsAnotherDelimiter } from './table-header.ts'
import { NoText, textChunks } from './text-chunks.ts'

/** A table with a header; a row's number is the line its record begins in. */
export interface Table {
  readonly file: string
  readonly header: readonly string[]
  readonly rows: readonly { readonly row: number; readonly fields: readonly string[] }[]
}

export interface TextTableOptions {
  /** Default a tab for .tsv and .tab files, else a comma. */
  readonly delimiter?: string
  /**
   * 'fields': a field in quotes may hold delimiters, line ends and doubled quotes (RFC 4180). 'none': quotes are letters,
   * as in IANA's TSV. Default 'none' between tabs and 'fields' otherwise, 'fields' too where the whole header is in
   * quotes; then a file is refused whose quotes may be meant the other way.
   */
  readonly quotes?: 'none' | 'fields'
  /** A label of the Encoding Standard. Default UTF-8, or the UTF-16 that a byte order mark announces. */
  readonly encoding?: string
}

/** A tab for .tsv and .tab, else a comma. */
export function delimiterOf(file: string): string {
  return ['.tsv', '.tab'].includes(extname(file).toLowerCase()) ? '\t' : ','
}

/**
 * Reads a CSV or TSV file: LF, CRLF, CR and a byte order mark are understood; empty lines are no records; blanks around
 * column names are dropped.
 *
 * @throws ChiaroError ('data') that names file and row: no such file, no text, nothing in it, a header only, a header of
 *   another delimiter, a quote out of place, a quote that seems to hold rows, a field of more than 1 MiB, a row with more
 *   or fewer columns than the header, a column name that comes twice
 */
export async function readTable(where: string, file: string, options: TextTableOptions = {}): Promise<Table> {
  const rows: { row: number; fields: readonly string[] }[] = []
  let header: readonly string[] = []
  await readRecords(where, file, options, names => {
    header = names
    return ({ row, fields }) => rows.push({ row, fields })
  })
  return { file, header, rows }
}

/**
 * `readTable`, record by record.
 *
 * @param begin is given the column names, and gives what takes each record
 */
export async function readRecords(
  where: string,
  file: string,
  { delimiter: given, quotes, encoding }: TextTableOptions,
  begin: (header: readonly string[]) => (record: TextRecord) => void,
): Promise<void> {
  const delimiter = given ?? delimiterOf(file)
  if (delimiter === '' || /["\r\n]/.test(delimiter)) {
    throw rangeError(where, 'delimiter', 'a text without quotes and line ends', JSON.stringify(delimiter))
  }
  const fail = (row: number | undefined, problem: string) => dataError(where, { file, row }, problem)
  let splitter: ReturnType<typeof recordSplitter> | undefined
  let take: ((record: TextRecord) => void) | undefined
  let rows = 0
  const start = (text: string) => {
    const another =
      given === undefined && quotes === undefined ? holdsAnotherDelimiter(text, delimiter) : undefined
    if (another !== undefined) {
      const problem = `must have columns with ${shown(delimiter)} between them, got a header with ${shown(another)}`
      throw fail(1, `${problem} (say --delimiter ${another === '\t' ? "'\\t'" : `'${another}'`})`)
    }
    const quoted = headerInQuotes(text, delimiter)
    const asFields = quotes === undefined ? quoted || delimiter !== '\t' : quotes === 'fields'
    const trusted = quotes !== undefined || quoted
    let width = 0
    let previous: readonly string[] | undefined
    return recordSplitter({
      delimiter,
      quotes: asFields,
      fail,
      onRecord: record => {
        if (take === undefined) {
          const names = columnNames(record.fields, problem => fail(record.row, problem))
          width = names.length
          take = begin(names)
          return
        }
        if (record.fields.length !== width) {
          const expected = `must have ${width} columns, as the header has`
          const hint =
            asFields || !record.fields.some(field => field.includes('"'))
              ? ''
              : ' (quotes are letters between tabs, unless you say --quotes fields)'
          throw fail(record.row, `${expected}, got ${record.fields.length}${hint}`)
        }
        if (!trusted) checkQuotes(record, previous)
        previous = record.fields
        rows += 1
        take(record)
      },
    })
    function checkQuotes(record: TextRecord, previous: readonly string[] | undefined): void {
      if (!asFields) {
        const field = record.fields.find(
          text => /^"(?:|[^"]|"")*"$/.test(text) && (text === '""' || text.slice(1, -1).includes('""')),
        )
        if (field === undefined) return
        const problem = `must have quotes that are letters, as between tabs, got ${JSON.stringify(field.slice(0, 60))}`
        throw fail(record.row, `${problem} (say --quotes fields or --quotes none, as it is meant)`)
      }
      if (record.spans.length === 0 || !swallowsRows(record, previous, delimiter)) return
      const [{ opened, closed }] = record.spans
      const problem = `must have quotes that close in their row, got one that closes in row ${closed} and holds what look like rows`
      throw fail(
        opened,
        `${problem} (double it if it is a letter, or say --quotes none; --quotes fields if it is right)`,
      )
    }
  }
  try {
    for await (const text of textChunks(where, file, encoding)) {
      if (text === '') continue
      splitter ??= start(text)
      splitter.push(text)
    }
    splitter?.end()
  } catch (error) {
    if (error instanceof NoText) throw fail(splitter?.line() ?? 1, error.message)
    throw error
  }
  if (take === undefined) throw fail(undefined, 'must be a table, got an empty file')
  if (rows === 0) throw fail(undefined, 'must have rows, got a header only')
}

/** The position of a column, by name. */
export function columnIndex(
  where: string,
  { file, header }: Pick<Table, 'file' | 'header'>,
  name: string,
): number {
  const index = header.indexOf(name)
  if (index >= 0) return index
  throw dataError(where, { file }, `must have a column ${name}, got ${header.join(', ')}`)
}

function shown(delimiter: string): string {
  return delimiter === '\t' ? 'a tab' : JSON.stringify(delimiter)
}
