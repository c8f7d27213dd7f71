import { rangeError } from '@chiaro/core'
import { dataError } from '../data-error.ts'
import { NoText } from './decode-text.ts'
import { recordSplitter, type TextRecord } from './split-records.ts'
import { swallowsRows } from './swallowed-rows.ts'
import { columnNames, headerInQuotes, holdsAnotherDelimiter } from './table-header.ts'

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

/**
 * The records of a table's text, one after another.
 *
 * @param chunks the text, without its byte order mark
 * @param usual the delimiter of such files; without one it is what the header has most of
 * @param begin is given the column names, and gives what takes each record
 */
export async function recordsOf(
  where: string,
  file: string,
  chunks: AsyncIterable<string>,
  { delimiter: given, quotes, usual }: Omit<TextTableOptions, 'encoding'> & { readonly usual?: string },
  begin: (header: readonly string[]) => (record: TextRecord) => void,
): Promise<void> {
  if (given !== undefined && (given === '' || /["\r\n]/.test(given))) {
    throw rangeError(where, 'delimiter', 'a text without quotes and line ends', JSON.stringify(given))
  }
  const fail = (row: number | undefined, problem: string) => dataError(where, { file, row }, problem)
  let splitter: ReturnType<typeof recordSplitter> | undefined
  let take: ((record: TextRecord) => void) | undefined
  let rows = 0
  const start = (text: string) => {
    const delimiter = given ?? usual ?? holdsAnotherDelimiter(text, ',') ?? ','
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
    for await (const text of chunks) {
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
  { file, header }: { readonly file: string; readonly header: readonly string[] },
  name: string,
): number {
  const index = header.indexOf(name)
  if (index >= 0) return index
  throw dataError(where, { file }, `must have a column ${name}, got ${header.join(', ')}`)
}

function shown(delimiter: string): string {
  return delimiter === '\t' ? 'a tab' : JSON.stringify(delimiter)
}
