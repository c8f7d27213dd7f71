import { extname } from 'node:path'
import { recordsOf, type TextTableOptions } from '../table/records-of.ts'
import type { TextRecord } from '../table/split-records.ts'
import { textChunks } from './text-chunks.ts'

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

/** `readTable`, record by record: see `recordsOf`. */
export function readRecords(
  where: string,
  file: string,
  { encoding, ...options }: TextTableOptions,
  begin: (header: readonly string[]) => (record: TextRecord) => void,
): Promise<void> {
  const chunks = textChunks(where, file, encoding)
  return recordsOf(where, file, chunks, { ...options, usual: delimiterOf(file) }, begin)
}
