import { checkInteger } from '@chiaro/core'
import type { Batch } from '../batches.ts'
import type { HostImages } from '../image-tensor.ts'
import { type PrefetchOptions, prefetch } from '../prefetch.ts'
import { blobDecoder, type DecodeBlobOptions } from './decode-blob.ts'
import type { ListedFile } from './list-files.ts'

export interface BlobBatchesOptions extends DecodeBlobOptions, PrefetchOptions {}

/**
 * Batches with their pictures [batch, height, width, channels] on the host, decoded while the consumer works on the one
 * before: `imageBatches` of a page. Memory holds ahead + 2 batches, however many pictures there are.
 *
 * @param order which files each batch has: what `batches` gives
 * @throws as `decodeBlob`, when the batch's turn comes; RangeError for an index outside the files
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
  options: DecodeBlobOptions,
): AsyncGenerator<Batch & HostImages, void, undefined> {
  const { size, channels = 3 } = options
  const [height, width] = size
  const decode = blobDecoder('blobBatches', options)
  for (const batch of order) {
    checkInteger('blobBatches', { 'order.indices': batch.indices }, { least: 0, below: files.length })
    const decoded = await Promise.all(
      Array.from(batch.indices, async index => decode(await files[index].open(), files[index].name)),
    )
    const data = new Uint8Array(decoded.length * height * width * channels)
    for (const [i, bytes] of decoded.entries()) data.set(bytes, i * height * width * channels)
    yield { ...batch, data, shape: [decoded.length, height, width, channels] }
  }
}
