import { writeFile } from 'node:fs/promises'
import { checkLength, rangeError } from '@chiaro/core'
import { delimiterOf } from './read-table.ts'
import { tableText } from './table-text.ts'
import { replaceFile } from './write-file.ts'

/** A row of a pairs table, its picture path relative to the image folder. */
export interface PairRow {
  readonly image: string
  readonly text: string
  /** Further fields by column name; every row has the same. */
  readonly extra?: Readonly<Record<string, string>>
}

export interface WritePairsOptions {
  /** Default 'image'. */
  readonly imageColumn?: string
  /** Default 'text'. */
  readonly textColumn?: string
  /** Default a tab for .tsv and .tab files, else a comma. */
  readonly delimiter?: string
}

/**
 * Writes a pairs table that `readPairs` reads back field by field: UTF-8, a header, LF, quotes where needed
 * (`tableText`). The
 * file is replaced in one step; its folder is made if there is none.
 *
 * @throws RangeError for no rows, an empty field or a row whose extra columns are not the first row's
 * @see `readPairs` for an example
 */
export async function writePairs(
  file: string,
  rows: readonly PairRow[],
  options: WritePairsOptions = {},
): Promise<void> {
  const { imageColumn = 'image', textColumn = 'text', delimiter = delimiterOf(file) } = options
  checkLength('writePairs', { rows }, { least: 1 })
  const extra = Object.keys(rows[0].extra ?? {})
  for (const [i, row] of rows.entries()) checkRow(row, i, extra)
  const header = [imageColumn, textColumn, ...extra]
  const fields = rows.map(row => [row.image, row.text, ...extra.map(name => row.extra?.[name])])
  const table = tableText([header, ...fields], delimiter)
  await replaceFile(file, partial => writeFile(partial, table))
}

function checkRow(row: PairRow, index: number, extra: readonly string[]): void {
  for (const field of ['image', 'text'] as const) {
    if (row[field].trim() === '') {
      throw rangeError('writePairs', `rows[${index}].${field}`, 'not empty', JSON.stringify(row[field]))
    }
  }
  const own = Object.keys(row.extra ?? {})
  if (own.length === extra.length && extra.every(name => own.includes(name))) return
  const expected = `the columns ${extra.join(', ') || '(none)'}, as the first row has`
  throw rangeError('writePairs', `rows[${index}].extra`, expected, own.join(', ') || '(none)')
}
