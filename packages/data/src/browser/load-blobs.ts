import { checkInteger, checkLength } from '@chiaro/core'
import { type BadPictureOptions, mapPictures, withoutBad } from '../bad-pictures.ts'
import type { HostImages } from '../image-tensor.ts'
import type { ManyOptions } from '../map-bounded.ts'
import { blobDecoder, type DecodeBlobOptions, unreadable } from './decode-blob.ts'
import type { ListedFile } from './list-files.ts'

export interface LoadBlobsOptions
  extends Omit<DecodeBlobOptions, 'name'>,
    Partial<ManyOptions>,
    BadPictureOptions {}

export interface LoadedBlobs extends HostImages {
  /** [files] which picture each file has, −1 for one left out. */
  readonly rows: Int32Array
}

/**
 * Decodes pictures into memory: `loadImages` of a page.
 *
 * @param options concurrency: files at a time, default 8; fewer where they are large
 * @returns data [count, height, width, channels] in the order of the files
 * @throws ChiaroError ('data') that names the pictures that can't be used, without onBad; RangeError for options and for
 *   no files; the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { batches } from '@chiaro/data'
 * import { blobBatches, decodeBlob, listFiles, loadBlobs } from '@chiaro/data/browser'
 * import { key } from '@chiaro/random'
 *
 * // Chosen pictures, as many as memory has room for or more.
 * async function train(input: HTMLInputElement) {
 *   const files = listFiles(input.files ?? [])
 *   const small = await decodeBlob(await files[0].open(), { size: [16, 16] }) // one
 *   const { data, shape } = await loadBlobs(files, { size: [32, 32], onBad: bad => console.warn(bad.problem) }) // all
 *   const order = batches(files, { batchSize: 64, key: key(1), epochs: 1 })
 *   for await (const { indices, shape } of blobBatches(files, order, { size: [32, 32] })) console.log(indices, shape) // by and by
 *   return [small, data, shape]
 * }
 * console.log(train.length)
 * ```
 */
export async function loadBlobs(
  files: readonly ListedFile[],
  { concurrency = 8, onProgress, signal, onBad, ...options }: LoadBlobsOptions,
): Promise<LoadedBlobs> {
  const where = 'loadBlobs'
  checkLength(where, { files }, { least: 1 })
  checkInteger(where, { concurrency }, { least: 1 })
  const [height, width] = options.size
  const { channels = 3 } = options
  const size = height * width * channels
  const decode = blobDecoder(where, options)
  const all = new Uint8Array(files.length * size)
  const many = { concurrency, onProgress, signal, onBad }
  const place = (index: number) => ({ picture: files[index].name })
  const bad = await mapPictures(where, files.length, many, place, async index => {
    const { open, name } = files[index]
    all.set(await decode(await open().catch(unreadable(where, name)), name), index * size)
  })
  const { data, count, rows } = withoutBad(all, size, bad)
  return { data, shape: [count, height, width, channels], rows }
}
