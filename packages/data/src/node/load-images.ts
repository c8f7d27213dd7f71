import { checkInteger, checkLength } from '@chiaro/core'
import {
  type BadPicture,
  type BadPictureOptions,
  badPictures,
  mapPictures,
  withoutBad,
} from '../bad-pictures.ts'
import { dataError } from '../data-error.ts'
import type { HostImages } from '../image-tensor.ts'
import type { ManyOptions } from '../map-bounded.ts'
import { checkedDecode, type DecodeOptions, decodeChecked, type ImageSource } from './decode-image.ts'
import { openPictureCache, type PictureCacheOption } from './picture-cache.ts'

export interface LoadImagesOptions
  extends DecodeOptions,
    Partial<ManyOptions>,
    BadPictureOptions,
    PictureCacheOption {
  /** More than this is not loaded into memory; `imageBatches` streams instead. Default 2³¹ bytes. */
  readonly maximumBytes?: number
}

export interface LoadedImages extends HostImages {
  /** How many different pictures there are: shape[0]. */
  readonly count: number
  /** [sources] which picture each source has: the same number for the same file, −1 for one left out. */
  readonly rows: Int32Array
}

/** Files read and decoded at a time unless told otherwise; sharp's own threads share the cores. */
export const defaultConcurrency = 4

/**
 * Decodes pictures into memory, each file once however often it comes.
 *
 * @returns data [count, height, width, channels] of the different pictures in the order of first appearance, and for
 *   each source which of them it is
 * @throws ChiaroError ('data') that names file and row of the sources that can't be decoded (with onBad only when none
 *   can), or says that there is more than maximumBytes; RangeError for options and for no sources; the signal's reason
 *   when aborted
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { checkImages, loadImages } from '@chiaro/data/node'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'pictures-'))
 * const file = join(folder, 'one.svg')
 * await writeFile(file, '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')
 * const sources = [file, file, { image: file, file: 'pairs.csv', row: 4 }] // a pair, whose row errors name
 * console.log(await checkImages(sources, { size: [8, 8] })) // 1 different picture can be used; none is kept
 * const { shape, rows } = await loadImages(sources, { size: [8, 8] })
 * console.log(shape, rows) // [1, 8, 8, 3]; each of the three is picture 0
 * ```
 */
export async function loadImages(
  sources: readonly ImageSource[],
  options: LoadImagesOptions,
): Promise<LoadedImages> {
  const where = 'loadImages'
  const settings = checkedDecode(where, options)
  const { different, rows } = distinctImages(where, sources)
  const [height, width] = settings.size
  const size = height * width * settings.channels
  const { maximumBytes = 2 ** 31 } = options
  if (different.length * size > maximumBytes) {
    const got = `${different.length * size} bytes`
    const problem = `the pictures must fit in maximumBytes (${maximumBytes}), got ${got}`
    throw dataError(where, undefined, `${problem}; imageBatches streams them instead`)
  }
  const data = new Uint8Array(different.length * size)
  const cache = openPictureCache(where, options.cache, settings, size)
  const bad = await triedImages(where, different, options, index => {
    const pixels = data.subarray(index * size, (index + 1) * size)
    return cache.through({ file: pathOf(different[index]) }, pixels, async () => {
      pixels.set(await decodeChecked(where, different[index], settings))
    })
  }).finally(cache.close)
  const kept = withoutBad(data, size, bad)
  return {
    data: kept.data,
    shape: [kept.count, height, width, settings.channels],
    count: kept.count,
    rows: rows.map(row => kept.rows[row]),
  }
}

/**
 * Decodes every picture once and keeps none: that nothing will fail in the middle of training. A cache keeps that they
 * could be decoded, and not their pixels.
 *
 * @returns how many different pictures there are that can be used
 * @throws what `loadImages` throws, but for maximumBytes
 * @see `loadImages` for an example
 */
export async function checkImages(
  sources: readonly ImageSource[],
  options: Omit<LoadImagesOptions, 'maximumBytes'>,
): Promise<number> {
  const where = 'checkImages'
  const settings = checkedDecode(where, options)
  const { different } = distinctImages(where, sources)
  const nothing = new Uint8Array(0)
  const cache = openPictureCache(where, options.cache, settings, 0)
  const bad = await triedImages(where, different, options, index =>
    cache.through({ file: pathOf(different[index]) }, nothing, async () => {
      await decodeChecked(where, different[index], settings)
    }),
  ).finally(cache.close)
  return different.length - bad.size
}

/** `mapPictures` of sources; that all of them are bad is an error, whatever is done with bad ones. */
async function triedImages(
  where: string,
  sources: readonly ImageSource[],
  options: Partial<ManyOptions> & BadPictureOptions,
  work: (index: number) => Promise<void>,
): Promise<ReadonlyMap<number, BadPicture>> {
  const settings = { ...checkedMany(where, options), onBad: options.onBad }
  const bad = await mapPictures(where, sources.length, settings, index => placeOf(sources[index]), work)
  if (bad.size === sources.length) throw badPictures(where, [...bad.values()])
  return bad
}

const pathOf = (source: ImageSource) => (typeof source === 'string' ? source : source.image)

/** What messages about a source name. */
export function placeOf(source: ImageSource): Omit<BadPicture, 'problem'> {
  if (typeof source === 'string') return { picture: source }
  const { image, file, row } = source
  return { picture: image, file, row }
}

/** The sources whose file comes for the first time, and for every source which of those it equals. */
export function distinctImages(
  where: string,
  sources: readonly ImageSource[],
): { different: ImageSource[]; rows: Int32Array } {
  checkLength(where, { sources }, { least: 1 })
  const rowOf = new Map<string, number>()
  const different: ImageSource[] = []
  const rows = Int32Array.from(sources, source => {
    const image = pathOf(source)
    const known = rowOf.get(image)
    if (known !== undefined) return known
    rowOf.set(image, different.length)
    return different.push(source) - 1
  })
  return { different, rows }
}

/** The loop's options with their defaults. */
export function checkedMany(where: string, options: Partial<ManyOptions>): ManyOptions {
  const { concurrency = defaultConcurrency, onProgress, signal } = options
  checkInteger(where, { concurrency }, { least: 1 })
  return { concurrency, onProgress, signal }
}
