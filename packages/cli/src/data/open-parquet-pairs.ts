import { basename } from 'node:path'
import { loadParquetPictures } from '@chiaro/data/node'
import { distinctTexts, type PictureShape } from '@chiaro/tasks'
import type { CommandContext } from '../context.ts'
import { leavingOut } from '../left-out.ts'
import { inMemory, type NamedPictures } from './named-pictures.ts'
import type { PairReading, ReadPairs } from './open-pairs.ts'
import { refuseTextFlags } from './text-flags.ts'
import { weightIn } from './weight-in.ts'

type Reading = Partial<Omit<PairReading, 'images'>>

/** Pairs of a Parquet file that holds the pictures themselves: they are kept in memory, up to 2 GiB. */
export async function openParquetPairs(
  file: string,
  { textColumn, weightColumn, ...reading }: Reading,
  shape: PictureShape,
  context: CommandContext,
): Promise<ReadPairs> {
  refuseTextFlags(reading, 'pictures in Parquet')
  const extraColumns = weightColumn === undefined ? [] : [weightColumn]
  const { images, pictures } = await load(file, { textColumn, extraColumns, ...reading }, shape, context)
  const pairs = pictures.map(({ name, captions, row }) => ({ name, captions, place: `${file}:${row}` }))
  const weigh = ({ row, extra }: (typeof pictures)[number]) =>
    weightIn(`${file}:${row}`, weightColumn as string, extra[weightColumn as string])
  return {
    pairs,
    files: [{ path: file, name: basename(file) }],
    kind: 'tables',
    images,
    imageOf: Int32Array.from(pairs.keys()),
    weights: weightColumn === undefined ? undefined : pictures.map(weigh),
    placeOf: row => pairs[row].place,
    ...distinctTexts(pairs.map(({ captions }) => captions)),
  }
}

/** The pictures alone, named by their paths there, or their records. */
export async function openParquetPictures(
  file: string,
  reading: Reading,
  shape: PictureShape,
  context: CommandContext,
): Promise<NamedPictures> {
  return (await load(file, { ...reading, textColumn: undefined }, shape, context)).images
}

async function load(
  file: string,
  { imageColumn, textColumn, extraColumns, skipBad }: Reading & { readonly extraColumns?: readonly string[] },
  [height, width, channels]: PictureShape,
  { terminal, signal, leftOut }: CommandContext,
) {
  const decode = { size: [height, width], channels, signal } as const
  const columns = { imageColumn, textColumn, extraColumns }
  const { pictures, ...images } = await leavingOut(leftOut, skipBad, onBad =>
    loadParquetPictures(file, { ...decode, ...columns, onBad }),
  )
  leftOut.used += pictures.length
  terminal.note(`${pictures.length} pictures read from ${basename(file)}`)
  return {
    pictures,
    images: inMemory(
      images,
      pictures.map(({ name }) => name),
    ),
  }
}
