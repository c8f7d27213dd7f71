import { checkInteger } from '@chiaro/core'
import { type BadPictureOptions, mapPictures, refuseBarren } from '../bad-pictures.ts'
import type { Batch } from '../batches.ts'
import type { HostImages } from '../image-tensor.ts'
import { type PrefetchOptions, prefetch } from '../prefetch.ts'
import { blobDecoder, type DecodeBlobOptions, unreadable } from './decode-blob.ts'
import type { ListedFile } from './list-files.ts'

export interface BlobBatchesOptions extends DecodeBlobOptions, PrefetchOptions, BadPictureOptions {}

/**
 * Batches with their pictures [batch, height, width, channels] on the host, decoded while the consumer works on the one
 * before: `imageBatches` of a page. Memory holds ahead + 2 batches, however many pictures there are. With onBad a batch lacks its
 * bad pictures, in its indices too, and one of bad pictures only does not come.
 *
 * @param order which files each batch has: what `batches` gives
 * @throws as `decodeBlob`, of all bad pictures of a batch, when the batch's turn comes; RangeError for an index outside the files
 * @see `loadBlobs` for an example
 */
export function blobBatches(
  files: readonly ListedFile[],
  order: Iterable<Batch>,
  options: BlobBatchesOptions,
): AsyncGenerator<Batch & HostImages, void, undefined> {
  return prefetch(decodeBatches(files, order, options), options)
}

async function* decodeBatches(
  files: readonly ListedFile[],
  order: Iterable<Batch>,
  { onBad, ...options }: BlobBatchesOptions,
): AsyncGenerator<Batch & HostImages, void, undefined> {
  const where = 'blobBatches'
  const { size, channels = 3 } = options
  const [height, width] = size
  const decode = blobDecoder(where, options)
  const watch = refuseBarren(where)
  for (const batch of order) {
    checkInteger(where, { 'order.indices': batch.indices }, { least: 0, below: files.length })
    const decoded: Uint8Array[] = []
    const all = { concurrency: batch.indices.length, onBad }
    const place = (index: number) => ({ picture: files[batch.indices[index]].name })
    const bad = await mapPictures(where, batch.indices.length, all, place, async index => {
      const { open, name } = files[batch.indices[index]]
      decoded[index] = await decode(await open().catch(unreadable(where, name)), name)
    })
    const good = [...batch.indices.keys()].filter(index => !bad.has(index))
    watch(batch, good.length, bad)
    if (good.length === 0) continue
    const data = new Uint8Array(good.length * height * width * channels)
    for (const [at, index] of good.entries()) data.set(decoded[index], at * height * width * channels)
    const indices = Int32Array.from(good, index => batch.indices[index])
    yield { ...batch, indices, data, shape: [good.length, height, width, channels] }
  }
}
