import { relative } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { loadImages, type Pair, readPairs } from '@chiaro/data/node'
import { distinctTexts, type Pairs, type PictureShape } from '@chiaro/tasks'
import type { DataFingerprint } from '@chiaro/train'
import * as z from 'zod/mini'
import type { CommandContext } from '../context.ts'
import { showProgress } from '../progress.ts'
import { digest, fingerprintOfFiles } from './fingerprint.ts'
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
})

export type PairSource = z.infer<typeof pairSourceSchema>

/** Pairs with the rows of the file they were read from. */
export interface ReadPairs extends Pairs {
  readonly pairs: readonly Pair[]
}

/** Reads a pairs file and decodes its pictures; whatever is wrong with a row is said here, before training. */
export async function openPairs(
  file: string,
  {
    images: folder,
    imageColumn,
    textColumn,
    weightColumn,
    ...reading
  }: Omit<PairSource, 'pairs' | 'validationPairs'>,
  [height, width]: PictureShape,
  { terminal, signal }: CommandContext,
): Promise<ReadPairs> {
  const extraColumns = weightColumn === undefined ? [] : [weightColumn]
  const pairs = await readPairs(file, { images: folder, imageColumn, textColumn, extraColumns, ...reading })
  const weights = weightColumn === undefined ? undefined : pairs.map(pair => weightOf(pair, weightColumn))
  const different = new Set(pairs.map(({ image }) => image)).size
  const progress = showProgress(terminal, 'reading pictures', different, 'picture')
  const { data, shape, rows } = await loadImages(pairs, {
    size: [height, width],
    signal,
    onProgress: done => progress.update(done),
  }).finally(progress.stop)
  return {
    pairs,
    images: { data, shape },
    imageOf: rows,
    weights,
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
  { pairs, images, imageColumn, textColumn, delimiter, quotes, encoding }: PairSource,
  shape: PictureShape,
  context: CommandContext,
): Promise<NamedPictures> {
  const rows = await readPairs(pairs, { images, imageColumn, textColumn, delimiter, quotes, encoding })
  const files = [...new Set(rows.map(({ image }) => image))]
  return openFiles(
    files.map(image => ({ image, name: relative(images, image) })),
    { shape },
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
  return { pairs: rows.length, rows: digest(rows), pictures: files.length, sizes: pictures.sizes }
}
