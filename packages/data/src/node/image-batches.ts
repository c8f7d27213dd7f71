import { checkInteger } from '@chiaro/core'
import { mapPictures } from '../bad-pictures.ts'
import type { Batch } from '../batches.ts'
import type { HostImages } from '../image-tensor.ts'
import type { ManyOptions } from '../map-bounded.ts'
import { prefetch } from '../prefetch.ts'
import {
  checkedDecode,
  type DecodeOptions,
  type DecodeSettings,
  decodeChecked,
  type ImageSource,
} from './decode-image.ts'
import { checkedMany, distinctImages, placeOf } from './load-images.ts'

export interface ImageBatchesOptions extends DecodeOptions, Partial<Omit<ManyOptions, 'onProgress'>> {
  /** Batches decoded before they are asked for. Default 1. */
  readonly ahead?: number
}

/** A batch with its pictures [batch, height, width, channels] on the host. */
export interface ImageBatch extends Batch, HostImages {}

/**
 * Batches with their pictures, decoded while the consumer works on the one before. Memory holds ahead + 2 batches
 * and the files being decoded, however many pictures there are.
 *
 * @param order which sources each batch has: what `batches` gives
 * @throws as `loadImages`, when the batch's turn comes; RangeError for an index outside the sources
 */
export function imageBatches(
  sources: readonly ImageSource[],
  order: Iterable<Batch>,
  options: ImageBatchesOptions,
): AsyncGenerator<ImageBatch, void, undefined> {
  const settings = checkedDecode('imageBatches', options)
  const { ahead = 1 } = options
  checkInteger('imageBatches', { ahead }, { least: 1 })
  return prefetch(decodeBatches(sources, order, settings, checkedMany('imageBatches', options)), { ahead })
}

async function* decodeBatches(
  sources: readonly ImageSource[],
  order: Iterable<Batch>,
  settings: DecodeSettings,
  options: ManyOptions,
): AsyncGenerator<ImageBatch, void, undefined> {
  const [height, width] = settings.size
  const size = height * width * settings.channels
  for (const batch of order) {
    checkInteger('imageBatches', { 'order.indices': batch.indices }, { least: 0, below: sources.length })
    const chosen = Array.from(batch.indices, index => sources[index])
    const { different, rows } = distinctImages('imageBatches', chosen)
    const decoded: Uint8Array[] = []
    const where = 'imageBatches'
    const place = (index: number) => placeOf(different[index])
    await mapPictures(where, different.length, options, place, async index => {
      decoded[index] = await decodeChecked(where, different[index], settings)
    })
    const data = new Uint8Array(chosen.length * size)
    for (const [i, row] of rows.entries()) data.set(decoded[row], i * size)
    yield { ...batch, data, shape: [chosen.length, height, width, settings.channels] }
  }
}
