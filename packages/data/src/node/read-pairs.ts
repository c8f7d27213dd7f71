import { type BadPicture, type BadPictureOptions, badPictures, mapPictures } from '../bad-pictures.ts'
import { dataError, type Origin } from '../data-error.ts'
import type { TextTableOptions } from '../table/records-of.ts'
import { captionsOf } from './captions-of.ts'
import { pictureFinder } from './find-pictures.ts'
import { pairRecords } from './pair-records.ts'

/** A picture and one caption of it. A picture with several captions comes several times. */
export interface Pair extends Origin {
  /** Path of the picture file. */
  readonly image: string
  /** The caption as the table has it; of several the first. */
  readonly text: string
  /** All of them, where the table has a list of several. */
  readonly captions?: readonly string[]
  /** The table the pair comes from. */
  readonly file: string
  /** The line of the table where the pair's record begins, as an editor counts; in Parquet the record, from 1. */
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
 * Reads image–text pairs from a CSV or TSV file with a header, from JSON Lines (.jsonl, .ndjson) or Parquet, and checks
 * all that can be known without decoding a picture (`checkImages` does that). JSON and Parquet may have a list of
 * captions in a row.
 *
 * @throws ChiaroError ('data') that names file and row: what the readers refuse (no file, empty, a header only, a
 *   wrong number of columns, misplaced quotes, no UTF-8, no JSON), an unknown column, an empty caption or picture path, a
 *   path that leads out of the image folder and a picture file that does not exist, all of these at once (with onBad
 *   only when there is no other; a picture is told once, however many rows have it)
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { readPairs, writePairs } from '@chiaro/data/node'
 *
 * const images = await mkdtemp(join(tmpdir(), 'pairs-'))
 * await writeFile(join(images, 'heart.png'), '')
 * const table = join(images, 'pairs.csv')
 * const rows = [
 *   { image: 'heart.png', text: 'a heart' },
 *   { image: 'hand.png', text: 'a hand' },
 * ]
 * await writePairs(table, rows)
 * const options = { images, onBad: ({ problem }: { problem: string }) => console.log(problem) } // hand.png, row 3
 * for (const { text, row } of await readPairs(table, options)) console.log(text, row) // a heart, 2
 * ```
 */
export async function readPairs(file: string, options: ReadPairsOptions): Promise<Pair[]> {
  const { images, imageColumn = 'image', textColumn = 'text', extraColumns = [] } = options
  const columns = [imageColumn, textColumn, ...extraColumns]
  const records = await pairRecords(where, file, columns, options)
  const rows = records.map(({ row, values: [image, caption, ...others] }) => {
    const origin = { file, row }
    const captions = captionsOf(where, origin, textColumn, caption)
    if (typeof image !== 'string' || image.trim() === '') {
      const got = typeof image === 'string' ? 'an empty one' : typeof image
      throw dataError(where, origin, `${imageColumn} must be a picture's path, got ${got}`)
    }
    const extra = Object.fromEntries(extraColumns.map((name, i) => [name, String(others[i] ?? '')]))
    const several = captions.length > 1 ? { captions } : undefined
    return { name: image, text: captions[0], ...several, file, row, extra }
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
