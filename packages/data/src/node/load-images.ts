import { checkInteger } from '../check-options.ts'
import { dataError } from '../data-error.ts'
import type { HostImages } from '../image-tensor.ts'
import { checkDecode, type DecodeOptions, decodeChecked, type ImageSource } from './decode-image.ts'
import { type ManyOptions, mapBounded } from './map-bounded.ts'

export interface LoadImagesOptions extends DecodeOptions, Partial<ManyOptions> {
  /** More than this is not loaded into memory; `imageBatches` streams instead. Default 2³¹ bytes. */
  readonly maximumBytes?: number
}

export interface LoadedImages extends HostImages {
  /** How many different pictures there are: shape[0]. */
  readonly count: number
  /** [sources] which picture each source has: the same number for the same file. */
  readonly rows: Int32Array
}

/** Files read and decoded at a time unless told otherwise; sharp's own threads share the cores. */
export const defaultConcurrency = 4

/**
 * Decodes pictures into memory, each file once however often it comes.
 *
 * @returns data [count, height, width, channels] of the different pictures in the order of first appearance, and for
 *   each source which of them it is
 * @throws ChiaroError ('data') that names file and row of the first source that can't be decoded, or says that
 *   there is more than maximumBytes; RangeError for options and for no sources; the signal's reason when aborted
 */
export async function loadImages(
  sources: readonly ImageSource[],
  options: LoadImagesOptions,
): Promise<LoadedImages> {
  const settings = checkDecode('loadImages', options)
  const { different, rows } = distinctImages('loadImages', sources)
  const [height, width] = settings.size
  const size = height * width * settings.channels
  const count = different.length
  const { maximumBytes = 2 ** 31 } = options
  if (count * size > maximumBytes) {
    const problem = `the pictures must fit in maximumBytes (${maximumBytes}), got ${count * size} bytes`
    throw dataError('loadImages', undefined, `${problem}; imageBatches streams them instead`)
  }
  const data = new Uint8Array(count * size)
  await mapBounded(count, many('loadImages', options), async index => {
    data.set(await decodeChecked('loadImages', different[index], settings), index * size)
  })
  return { data, shape: [count, height, width, settings.channels], count, rows }
}

/**
 * Decodes every picture once and keeps none: that nothing will fail in the middle of training.
 *
 * @returns how many different pictures there are
 * @throws what `loadImages` throws, but for maximumBytes
 */
export async function checkImages(
  sources: readonly ImageSource[],
  options: DecodeOptions & Partial<ManyOptions>,
): Promise<number> {
  const settings = checkDecode('checkImages', options)
  const { different } = distinctImages('checkImages', sources)
  await mapBounded(different.length, many('checkImages', options), async index => {
    await decodeChecked('checkImages', different[index], settings)
  })
  return different.length
}

/** The sources whose file comes for the first time, and for every source which of those it equals. */
export function distinctImages(
  where: string,
  sources: readonly ImageSource[],
): { different: ImageSource[]; rows: Int32Array } {
  checkInteger(where, 'sources.length', sources.length, 1)
  const rowOf = new Map<string, number>()
  const different: ImageSource[] = []
  const rows = Int32Array.from(sources, source => {
    const image = typeof source === 'string' ? source : source.image
    const known = rowOf.get(image)
    if (known !== undefined) return known
    rowOf.set(image, different.length)
    return different.push(source) - 1
  })
  return { different, rows }
}

/** The loop's options with their defaults. */
export function many(where: string, options: Partial<ManyOptions>): ManyOptions {
  const { concurrency = defaultConcurrency, onProgress, signal } = options
  checkInteger(where, 'concurrency', concurrency, 1)
  return { concurrency, onProgress, signal }
}
