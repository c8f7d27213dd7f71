import { relative } from 'node:path'
import { holdsPictures, type Pair, readPairs } from '@chiaro/data/node'
import { distinctTexts, type Pairs, type PictureShape } from '@chiaro/tasks'
import { type DataFingerprint, digest } from '@chiaro/train'
import * as z from 'zod/mini'
import type { CommandContext } from '../context.ts'
import { leavingOut } from '../left-out.ts'
import { fingerprintOfFiles } from './fingerprint.ts'
import type { NamedPictures } from './named-pictures.ts'
import { openParquetPairs, openParquetPictures } from './open-parquet-pairs.ts'
import { type ListedFile, openFiles } from './open-pictures.ts'
import { openShardPairs } from './open-shard-pairs.ts'
import { openShards } from './open-shards.ts'
import { shardsOf } from './pairs-name.ts'
import { storedTextFlags } from './text-flags.ts'
import { weightIn } from './weight-in.ts'

/** Where pairs come from; absolute paths, as `run.json` keeps them. */
export const pairSourceSchema = z.object({
  /** A file, or shards behind "wds:". */
  pairs: z.string(),
  validationPairs: z.optional(z.string()),
  images: z.string(),
  /** The folder of a checkpoint that towers begin with. */
  pretrained: z.optional(z.string()),
  /** The model.json of a frozen image model. */
  backbone: z.optional(z.string()),
  imageColumn: z.string(),
  textColumn: z.string(),
  weightColumn: z.optional(z.string()),
  ...storedTextFlags,
  skipBad: z.optional(z.boolean()),
})

export type PairSource = z.infer<typeof pairSourceSchema>

/** A row of pairs, as it tells itself from others. */
export interface NamedPair {
  /** The picture's path in its folder, or its shard and key. */
  readonly name: string
  /** One, or several. */
  readonly captions: readonly string[]
  /** Where it was read: "pairs.csv:7". */
  readonly place: string
}

/** Pairs with the rows they were read from, and the files that the pictures lie in. */
export interface ReadPairs extends Pairs {
  readonly pairs: readonly NamedPair[]
  readonly files: readonly { readonly path: string; readonly name: string }[]
  readonly kind: 'pictures' | 'shards' | 'tables'
}

/** What `openPairs` is told beside the files. */
export type PairReading = Omit<PairSource, 'pairs' | 'validationPairs' | 'pretrained' | 'backbone'> & {
  /** Pictures are kept in memory up to this many bytes, and read anew for each batch above. */
  readonly memory?: number
}

/** Opens pairs and decodes their pictures once; whatever is wrong with a row is said here, before training. */
export async function openPairs(
  pairs: string,
  source: PairReading,
  shape: PictureShape,
  context: CommandContext,
): Promise<ReadPairs> {
  const shards = shardsOf(pairs)
  if (shards !== undefined) return openShardPairs(shards, source, shape, context)
  return (await holdsPictures(pairs, source.imageColumn))
    ? openParquetPairs(pairs, source, shape, context)
    : openFilePairs(pairs, source, shape, context)
}

async function openFilePairs(
  file: string,
  source: PairReading,
  shape: PictureShape,
  context: CommandContext,
): Promise<ReadPairs> {
  const { images: folder, imageColumn, textColumn, weightColumn, skipBad, memory, ...reading } = source
  const extraColumns = weightColumn === undefined ? [] : [weightColumn]
  const listed = await leavingOut(context.leftOut, skipBad, onBad =>
    readPairs(file, { images: folder, imageColumn, textColumn, extraColumns, ...reading, onBad }),
  )
  const weigh = ({ file, row, extra }: Pair) =>
    weightIn(`${file}:${row}`, weightColumn as string, extra[weightColumn as string])
  const weights = weightColumn === undefined ? undefined : listed.map(weigh)
  const files = differentFiles(listed, folder)
  const pictures = await openFiles(files, { shape, memory, skipBad }, context)
  const places = pictures.kept?.places ?? [...files.keys()]
  const rowOf = new Map(places.map((place, row) => [files[place].image, row]))
  const isGood = (_: unknown, i: number) => rowOf.has(listed[i].image)
  const good = listed.filter(isGood)
  const pairs = good.map(({ image, text, captions = [text], file, row }) => {
    return { name: relative(folder, image), captions, place: `${file}:${row}` }
  })
  return {
    pairs,
    files: places.map(place => ({ path: files[place].image, name: files[place].name })),
    kind: 'pictures',
    images: pictures,
    imageOf: Int32Array.from(good, ({ image }) => rowOf.get(image) as number),
    weights: weights?.filter(isGood),
    placeOf: row => pairs[row].place,
    ...distinctTexts(pairs.map(({ captions }) => captions)),
  }
}

/** The pictures of pairs, each once, where it first comes. */
function differentFiles(pairs: readonly Pair[], folder: string): ListedFile[] {
  const firstOf = new Map<string, ListedFile>()
  for (const { image, file, row } of pairs) {
    if (!firstOf.has(image)) firstOf.set(image, { image, name: relative(folder, image), file, row })
  }
  return [...firstOf.values()]
}

/** The pictures of pairs, each once, named by their paths within the folder of pictures, or by their keys. */
export async function openPairPictures(
  { pairs, images, imageColumn, textColumn, delimiter, quotes, encoding, skipBad }: PairSource,
  shape: PictureShape,
  context: CommandContext,
): Promise<NamedPictures> {
  const shards = shardsOf(pairs)
  if (shards !== undefined) return openShards(shards, { shape, skipBad }, context)
  if (await holdsPictures(pairs, imageColumn)) {
    return openParquetPictures(pairs, { imageColumn, skipBad }, shape, context)
  }
  const rows = await leavingOut(context.leftOut, skipBad, onBad =>
    readPairs(pairs, { images, imageColumn, textColumn, delimiter, quotes, encoding, onBad }),
  )
  return openFiles(differentFiles(rows, images), { shape, skipBad }, context)
}

/** What pairs are told by: their rows, and the files of their pictures. */
export async function fingerprintOfPairs({
  pairs,
  files,
  kind,
  weights,
}: ReadPairs): Promise<DataFingerprint> {
  const rows = pairs.map(
    ({ name, captions }, row) => `${name}\n${captions.join('\n')}\n${weights?.[row] ?? ''}`,
  )
  const { sizes, contents } = await fingerprintOfFiles(files)
  return { pairs: rows.length, rows: digest(rows), [kind]: files.length, sizes, contents }
}
