import { extname } from 'node:path'
import { type BadPicture, type BadPictureOptions, badPictures, mapPictures } from '../bad-pictures.ts'
import { dataError } from '../data-error.ts'
import type { HostImages } from '../image-tensor.ts'
import type { ManyOptions } from '../map-bounded.ts'
import { columnIndex } from '../table/records-of.ts'
import { captionsOf } from './captions-of.ts'
import { checkedDecode, type DecodeOptions, decodeBytes } from './decode-image.ts'
import { checkedMany } from './load-images.ts'
import { fieldsOf, parquetRows, topColumns, withParquet } from './parquet-file.ts'

const where = 'loadParquetPictures'

/** Rows that are asked for together: each has a whole picture. */
const rowsTogether = 64

export interface ParquetPicturesOptions extends DecodeOptions, Partial<ManyOptions>, BadPictureOptions {
  /** Records of { bytes, path }. Default 'image'. */
  readonly imageColumn?: string
  /** A caption, or a list of them. Default: none are read. */
  readonly textColumn?: string
  /** Further columns to keep. Default none. */
  readonly extraColumns?: readonly string[]
  /** More than this is not loaded into memory. Default 2³¹ bytes. */
  readonly maximumBytes?: number
}

/** A picture's row. */
export interface ParquetPicture {
  /** The record, from 1. */
  readonly row: number
  /** What its path says, or the record's number. */
  readonly name: string
  readonly captions: readonly string[]
  /** The fields of `extraColumns` by name. */
  readonly extra: Readonly<Record<string, unknown>>
}

/** Pictures [count, height, width, channels], and their rows. */
export interface ParquetPictures extends HostImages {
  readonly pictures: readonly ParquetPicture[]
}

/**
 * Whether a table is a Parquet file whose column holds pictures themselves, as Hugging Face's datasets do.
 *
 * @see `loadParquetPictures` for an example
 */
export async function holdsPictures(file: string, imageColumn: string): Promise<boolean> {
  if (extname(file).toLowerCase() !== '.parquet') return false
  return withParquet(where, file, async ({ metadata }) =>
    fieldsOf(metadata.schema, imageColumn).includes('bytes'),
  )
}

/**
 * Decodes the pictures that a Parquet file itself holds, in a column of records { bytes, path }, as Hugging Face's datasets
 * have them.
 *
 * @throws ChiaroError ('data') that names file and record: no Parquet, no such columns, a picture without bytes or that can't
 *   be decoded (with onBad only when none can), a caption that is none, more than maximumBytes
 *
 * @example
 * ```ts
 * import { holdsPictures, loadParquetPictures } from '@chiaro/data/node'
 *
 * // A dataset of Hugging Face's with columns image and caption, as pictures in memory.
 * async function captioned(file: string) {
 *   if (!(await holdsPictures(file, 'image'))) throw new Error(`${file} has paths of pictures: use readPairs`)
 *   const { shape, pictures } = await loadParquetPictures(file, { size: [32, 32], textColumn: 'caption' })
 *   return { shape, captions: pictures.map(({ captions }) => captions) }
 * }
 * console.log(captioned.length)
 * ```
 */
export async function loadParquetPictures(
  file: string,
  options: ParquetPicturesOptions,
): Promise<ParquetPictures> {
  const { imageColumn = 'image', textColumn, extraColumns = [], maximumBytes = 2 ** 31 } = options
  const settings = checkedDecode(where, options)
  const columns = [
    ...new Set([imageColumn, ...(textColumn === undefined ? [] : [textColumn]), ...extraColumns]),
  ]
  const shape = [...settings.size, settings.channels] as const
  const size = shape.reduce((product, length) => product * length, 1)
  const looped = { ...checkedMany(where, options), onBad: options.onBad }
  const parts: Uint8Array[] = []
  const pictures: ParquetPicture[] = []
  const allBad: BadPicture[] = []
  await withParquet(where, file, async opened => {
    const header = topColumns(opened.metadata.schema).map(({ name }) => name)
    for (const name of columns) columnIndex(where, { file, header }, name)
    const reading = { atATime: rowsTogether, bytes: true }
    for await (const { rowStart, rows } of parquetRows(where, opened, columns, reading)) {
      const decoded = rows.map(() => new Uint8Array(size))
      const nameOf = (i: number) => pathIn(rows[i][imageColumn]) ?? String(rowStart + i + 1)
      const place = (i: number) => ({ picture: nameOf(i), file, row: rowStart + i + 1 })
      const bad = await mapPictures(where, rows.length, looped, place, async i => {
        const origin = { file, row: rowStart + i + 1 }
        const bytes = (rows[i][imageColumn] as { bytes?: unknown } | null)?.bytes
        if (!(bytes instanceof Uint8Array)) {
          throw dataError(where, origin, `${imageColumn} must have the bytes of a picture, got none`)
        }
        decoded[i].set(await decodeBytes(where, bytes, nameOf(i), origin, settings))
      })
      allBad.push(...bad.values())
      for (const [i, row] of rows.entries()) {
        const origin = { file, row: rowStart + i + 1 }
        const captions =
          textColumn === undefined ? [] : captionsOf(where, origin, textColumn, textOf(row[textColumn]))
        if (bad.has(i)) continue
        const extra = Object.fromEntries(extraColumns.map(name => [name, textOf(row[name])]))
        pictures.push({ row: origin.row, name: nameOf(i), captions, extra })
        parts.push(decoded[i])
      }
      if (pictures.length * size > maximumBytes) {
        const problem = `the pictures must fit in maximumBytes (${maximumBytes}), got more; write them into shards`
        throw dataError(where, { file }, problem)
      }
    }
  })
  if (pictures.length === 0) {
    if (allBad.length > 0) throw badPictures(where, allBad)
    throw dataError(where, { file }, 'must have rows, got none')
  }
  return { data: Buffer.concat(parts), shape: [pictures.length, ...shape], pictures }
}

function pathIn(image: unknown): string | undefined {
  const { path } = (image ?? {}) as { readonly path?: unknown }
  return typeof path === 'string' && path !== '' ? path : undefined
}

/** A field as JSON would have it: bytes of which the schema does not say that they are a text, and whole numbers. */
function textOf(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  return Array.isArray(value) ? value.map(textOf) : value
}
