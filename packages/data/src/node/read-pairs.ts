import { stat } from 'node:fs/promises'
import { dataError, type Origin } from '../data-error.ts'
import { insideFolder } from './inside-folder.ts'
import { mapBounded } from './map-bounded.ts'
import { unreadable } from './read-file.ts'
import { columnIndex, readTable, type TextTableOptions } from './read-table.ts'

/** A picture and one caption of it. A picture with several captions comes several times. */
export interface Pair extends Origin {
  /** Path of the picture file. */
  readonly image: string
  /** The caption as the table has it. */
  readonly text: string
  /** The table the pair comes from. */
  readonly file: string
  /** The line of the table where the pair's record begins; 1 is the header's, as an editor counts. */
  readonly row: number
  /** The fields of `extraColumns` by name. */
  readonly extra: Readonly<Record<string, string>>
}

export interface ReadPairsOptions extends TextTableOptions {
  /** The folder that the table's picture paths are relative to. */
  readonly images: string
  /** Default 'image'. */
  readonly imageColumn?: string
  /** Default 'text'. */
  readonly textColumn?: string
  /** Further columns to keep. Default none. */
  readonly extraColumns?: readonly string[]
}

/** How many files are looked up at a time. */
const lookupConcurrency = 16

/**
 * Reads image–text pairs from a CSV or TSV file with a header, and checks all that can be known without decoding a
 * picture (`checkImages` does that).
 *
 * @throws ChiaroError ('data') that names file and row: what `readTable` refuses (no file, empty, a header only, a
 *   wrong number of columns, misplaced quotes, no UTF-8), an unknown column, an empty caption or picture path, a
 *   path that leads out of the image folder, a picture file that does not exist
 */
export async function readPairs(file: string, options: ReadPairsOptions): Promise<Pair[]> {
  const { images, imageColumn = 'image', textColumn = 'text', extraColumns = [] } = options
  const table = await readTable('readPairs', file, options)
  const column = (name: string) => columnIndex('readPairs', table, name)
  const imageAt = column(imageColumn)
  const textAt = column(textColumn)
  const extraAt = extraColumns.map(name => [name, column(name)] as const)
  const pairs = table.rows.map(({ row, fields }): Pair => {
    const text = fields[textAt]
    if (text.trim() === '') {
      throw dataError('readPairs', { file, row }, `${textColumn} must be a caption, got an empty one`)
    }
    const image = picturePath(images, fields[imageAt], imageColumn, { file, row })
    return {
      image,
      text,
      file,
      row,
      extra: Object.fromEntries(extraAt.map(([name, at]) => [name, fields[at]])),
    }
  })
  await checkFiles(pairs)
  return pairs
}

function picturePath(folder: string, name: string, column: string, origin: Origin): string {
  if (name.trim() === '') {
    throw dataError('readPairs', origin, `${column} must be a picture's path, got an empty one`)
  }
  const path = insideFolder(folder, name)
  if (path !== undefined) return path
  throw dataError('readPairs', origin, `${column} must be a path within the image folder, got ${name}`)
}

/** That every picture is there, each file looked up once. */
async function checkFiles(pairs: readonly Pair[]): Promise<void> {
  const firstOf = new Map<string, Pair>()
  for (const pair of pairs) if (!firstOf.has(pair.image)) firstOf.set(pair.image, pair)
  const different = [...firstOf.values()]
  await mapBounded(different.length, { concurrency: lookupConcurrency }, async index => {
    const { image, file, row } = different[index]
    const found = await stat(image).catch(error => {
      throw dataError('readPairs', { file, row }, unreadable(image, error), { cause: error })
    })
    if (found.isFile()) return
    throw dataError('readPairs', { file, row }, `${image} must be a file, got a folder or a device`)
  })
}
