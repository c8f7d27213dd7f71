import { type BadPicture, type BadPictureOptions, badPictures, mapPictures } from '../bad-pictures.ts'
import { dataError, type Origin } from '../data-error.ts'
import { columnIndex, type TextTableOptions } from '../table/records-of.ts'
import { pictureFinder } from './find-pictures.ts'
import { readTable } from './read-table.ts'

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

export interface ReadPairsOptions extends TextTableOptions, BadPictureOptions {
  /** The folder that the table's picture paths are relative to, or lead into. */
  readonly images: string
  /** Default 'image'. */
  readonly imageColumn?: string
  /** Default 'text'. */
  readonly textColumn?: string
  /** Further columns to keep. Default none. */
  readonly extraColumns?: readonly string[]
}

const where = 'readPairs'

/** How many files are looked up at a time. */
const lookupConcurrency = 16

/**
 * Reads image–text pairs from a CSV or TSV file with a header, and checks all that can be known without decoding a
 * picture (`checkImages` does that).
 *
 * @throws ChiaroError ('data') that names file and row: what `readTable` refuses (no file, empty, a header only, a
 *   wrong number of columns, misplaced quotes, no UTF-8), an unknown column, an empty caption or picture path, a
 *   path that leads out of the image folder and a picture file that does not exist, all of these at once (with onBad
 *   only when there is no other; a picture is told once, however many rows have it)
 */
export async function readPairs(file: string, options: ReadPairsOptions): Promise<Pair[]> {
  const { images, imageColumn = 'image', textColumn = 'text', extraColumns = [] } = options
  const table = await readTable(where, file, options)
  const column = (name: string) => columnIndex(where, table, name)
  const imageAt = column(imageColumn)
  const textAt = column(textColumn)
  const extraAt = extraColumns.map(name => [name, column(name)] as const)
  const rows = table.rows.map(({ row, fields }) => {
    const empty = (name: string, what: string) =>
      dataError(where, { file, row }, `${name} must be ${what}, got an empty one`)
    if (fields[textAt].trim() === '') throw empty(textColumn, 'a caption')
    if (fields[imageAt].trim() === '') throw empty(imageColumn, "a picture's path")
    const extra = Object.fromEntries(extraAt.map(([name, at]) => [name, fields[at]]))
    return { name: fields[imageAt], text: fields[textAt], file, row, extra }
  })
  const found = await findAll(images, rows, imageColumn, options.onBad)
  return rows.flatMap(({ name, ...row }): Pair[] => {
    const image = found.get(name)
    return image === undefined ? [] : [{ image, ...row }]
  })
}

interface NamedRow extends Origin {
  readonly name: string
}

/** The path of each name that is a picture's, each looked up once. */
async function findAll(
  folder: string,
  rows: readonly (NamedRow & { readonly row: number })[],
  column: string,
  onBad: BadPictureOptions['onBad'],
): Promise<ReadonlyMap<string, string>> {
  const firstOf = new Map<string, NamedRow & { readonly row: number }>()
  for (const row of rows) if (!firstOf.has(row.name)) firstOf.set(row.name, row)
  const different = [...firstOf.values()]
  const paths = new Map<string, string>()
  const find = await pictureFinder(folder)
  const bad: BadPicture[] = []
  const options = {
    concurrency: lookupConcurrency,
    onBad: onBad && ((one: BadPicture) => void bad.push(one)),
  }
  const place = (index: number) => {
    const { name, file, row } = different[index]
    return { picture: name, file, row }
  }
  await mapPictures(where, different.length, options, place, async index => {
    const { name, file, row } = different[index]
    const found = await find(name)
    if ('problem' in found)
      throw dataError(where, { file, row }, found.problem.replace(/^must/, `${column} must`))
    paths.set(name, found.path)
  })
  if (paths.size === 0) throw badPictures(where, bad)
  for (const one of bad) onBad?.(one)
  return paths
}
