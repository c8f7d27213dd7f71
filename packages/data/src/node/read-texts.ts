import { extname } from 'node:path'
import { conflictError } from '@chiaro/core'
import { dataError } from '../data-error.ts'
import type { TextTableOptions } from '../table/records-of.ts'
import { pairRecords } from './pair-records.ts'
import { textLines } from './text-lines.ts'

/** A text, and what its row says of it. */
export interface ReadText {
  readonly text: string
  /** What `labelColumn` says. */
  readonly label?: string
  readonly file: string
  /** The line where its record begins, as an editor counts; in Parquet the record, from 1. */
  readonly row: number
}

export interface ReadTextsOptions extends TextTableOptions {
  /** Default 'text'. */
  readonly textColumn?: string
  /** The column of classes. Default: none is read. */
  readonly labelColumn?: string
}

const where = 'readTexts'

/**
 * Texts row by row, by the name's end: .txt has one a line (blank lines are none), .jsonl and .ndjson are JSON Lines,
 * .parquet Parquet, all others CSV or TSV with a header.
 *
 * @throws ChiaroError ('data') that names file and row: what the readers throw, a column that is not there, no texts, an
 *   empty one, what is no text, a label that is missing; for options of columns beside .txt
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { readTexts } from '@chiaro/data/node'
 *
 * const file = join(await mkdtemp(join(tmpdir(), 'texts-')), 'reviews.tsv')
 * await writeFile(file, 'stars\treview\n5\tgood\n1\tbad\n')
 * for (const { text, label, row } of await readTexts(file, { textColumn: 'review', labelColumn: 'stars' })) {
 *   console.log(text, label, row) // good 5 2, bad 1 3
 * }
 * ```
 */
export async function readTexts(file: string, options: ReadTextsOptions = {}): Promise<ReadText[]> {
  const { textColumn, labelColumn } = options
  if (extname(file).toLowerCase() === '.txt') return plainTexts(file, options)
  const column = textColumn ?? 'text'
  const columns = [column, ...(labelColumn === undefined ? [] : [labelColumn])]
  const records = await pairRecords(where, file, columns, options)
  return records.map(({ row, values: [text, label] }) => {
    const origin = { file, row }
    if (typeof text !== 'string' || text.trim() === '') {
      const got = typeof text === 'string' ? 'an empty one' : (JSON.stringify(text) ?? 'none').slice(0, 40)
      throw dataError(where, origin, `${column} must be a text, got ${got}`)
    }
    if (labelColumn === undefined) return { text, ...origin }
    const known =
      ['string', 'number', 'bigint', 'boolean'].includes(typeof label) && String(label).trim() !== ''
    if (!known) {
      const got = typeof label === 'string' ? 'an empty one' : (JSON.stringify(label) ?? 'none').slice(0, 40)
      throw dataError(where, origin, `${labelColumn} must have a class, got ${got}`)
    }
    return { text, label: String(label).trim(), ...origin }
  })
}

async function plainTexts(
  file: string,
  { textColumn, labelColumn, delimiter, quotes, encoding }: ReadTextsOptions,
): Promise<ReadText[]> {
  for (const [name, value] of Object.entries({ textColumn, labelColumn, delimiter, quotes })) {
    if (value === undefined) continue
    throw conflictError(where, name, `${name} belongs to a file of columns, got one beside .txt`)
  }
  const texts: ReadText[] = []
  for await (const { row, line } of textLines(where, file, encoding)) {
    const text = line.replace(/\r$/, '')
    if (text.trim() !== '') texts.push({ text, file, row })
  }
  if (texts.length === 0) throw dataError(where, { file }, 'must have texts, got none')
  return texts
}
