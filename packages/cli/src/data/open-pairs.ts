import { relative } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { loadImages, type Pair, readPairs } from '@chiaro/data/node'
import { distinctTexts, type Pairs, type PictureShape } from '@chiaro/tasks'
import { type DataFingerprint, digest } from '@chiaro/train'
import * as z from 'zod/mini'
import type { CommandContext } from '../context.ts'
import { leavingOut } from '../left-out.ts'
import { showProgress } from '../progress.ts'
import { fingerprintOfFiles } from './fingerprint.ts'
import { type NamedPictures, openFiles } from './open-pictures.ts'
import { storedTextFlags } from './text-flags.ts'

/** Where pairs come from; absolute paths, as `run.json` keeps them. */
export const pairSourceSchema = z.object({
  pairs: z.string(),
  validationPairs: z.optional(z.string()),
  images: z.string(),
  imageColumn: z.string(),
  textColumn: z.string(),
  weightColumn: z.optional(z.string()),
  ...storedTextFlags,
  skipBad: z.optional(z.boolean()),
})

export type PairSource = z.infer<typeof pairSourceSchema>

/** Pairs with the rows of the file they were read from. */
export interface ReadPairs extends Pairs {
  readonly pairs: readonly Pair[]
}

/** Reads a pairs file and decodes its pictures; whatever is wrong with a row is said here, before training. */
export async function openPairs(
  file: string,
  source: Omit<PairSource, 'pairs' | 'validationPairs'>,
  [height, width]: PictureShape,
  { terminal, signal, leftOut, cache }: CommandContext,
): Promise<ReadPairs> {
  const { images: folder, imageColumn, textColumn, weightColumn, skipBad, ...reading } = source
  const extraColumns = weightColumn === undefined ? [] : [weightColumn]
  const listed = await leavingOut(leftOut, skipBad, onBad =>
    readPairs(file, { images: folder, imageColumn, textColumn, extraColumns, ...reading, onBad }),
  )
  const weighed = weightColumn === undefined ? undefined : listed.map(pair => weightOf(pair, weightColumn))
  const different = new Set(listed.map(({ image }) => image)).size
  const progress = showProgress(terminal, 'reading pictures', different, 'picture')
  const { data, shape, rows } = await leavingOut(leftOut, skipBad, onBad => {
    const onProgress = (done: number) => progress.update(done)
    return loadImages(listed, { size: [height, width], signal, cache, onProgress, onBad })
  }).finally(progress.stop)
  leftOut.used += shape[0]
  const isGood = (_: unknown, i: number) => rows[i] >= 0
  const pairs = listed.filter(isGood)
  return {
    pairs,
    images: { data, shape },
    imageOf: rows.filter(isGood),
    weights: weighed?.filter(isGood),
    placeOf: row => `${pairs[row].file}:${pairs[row].row}`,
    ...distinctTexts(pairs.map(({ text }) => text)),
  }
}

function weightOf({ extra, file, row }: Pair, column: string): number {
  const weight = Number(extra[column])
  if (extra[column].trim() !== '' && weight > 0 && Number.isFinite(weight)) return weight
  const message = `${file}:${row}: ${column} must be a positive number, got "${extra[column]}"`
  throw new ChiaroError('data', message, column)
}

/** The pictures of a pairs file, each once, named by their paths within the folder of pictures. */
export async function openPairPictures(
  { pairs, images, imageColumn, textColumn, delimiter, quotes, encoding, skipBad }: PairSource,
  shape: PictureShape,
  context: CommandContext,
): Promise<NamedPictures> {
  const rows = await leavingOut(context.leftOut, skipBad, onBad =>
    readPairs(pairs, { images, imageColumn, textColumn, delimiter, quotes, encoding, onBad }),
  )
  const files = [...new Set(rows.map(({ image }) => image))]
  return openFiles(
    files.map(image => ({ image, name: relative(images, image) })),
    { shape, skipBad },
    context,
  )
}

/** What pairs are told by: their rows, and the pictures they name. */
export async function fingerprintOfPairs(
  { pairs, weights }: ReadPairs,
  images: string,
): Promise<DataFingerprint> {
  const rows = pairs.map(
    ({ image, text }, row) => `${relative(images, image)}\n${text}\n${weights?.[row] ?? ''}`,
  )
  const files = [...new Set(pairs.map(({ image }) => image))]
  const pictures = await fingerprintOfFiles(files.map(path => ({ path, name: relative(images, path) })))
  const { sizes, contents } = pictures
  return { pairs: rows.length, rows: digest(rows), pictures: files.length, sizes, contents }
}
