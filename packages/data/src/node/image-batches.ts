import { checkInteger } from '@chiaro/core'
import { type BadPictureOptions, mapPictures, refuseBarren } from '../bad-pictures.ts'
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

export interface ImageBatchesOptions
  extends DecodeOptions,
    Partial<Omit<ManyOptions, 'onProgress'>>,
    BadPictureOptions {
  /** Batches decoded before they are asked for. Default 1. */
  readonly ahead?: number
}

/** A batch with its pictures [batch, height, width, channels] on the host. */
export interface ImageBatch extends Batch, HostImages {}

/**
 * Batches with their pictures, decoded while the consumer works on the one before. Memory holds ahead + 2 batches
 * and the files being decoded, however many pictures there are. With onBad a batch lacks its bad pictures, in its indices
 * too, and one of bad pictures only does not come.
 *
 * @param order which sources each batch has: what `batches` gives
 * @throws as `loadImages`, when the batch's turn comes; RangeError for an index outside the sources
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { batches } from '@chiaro/data'
 * import { imageBatches, listImages } from '@chiaro/data/node'
 * import { key } from '@chiaro/random'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'squares-'))
 * const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'
 * for (const name of ['a', 'b', 'c', 'd']) await writeFile(join(folder, `${name}.svg`), svg)
 * await writeFile(join(folder, 'e.png'), 'no picture')
 * const pictures = await listImages(folder)
 * const order = batches(pictures, { batchSize: 5, key: key(1), epochs: 1 })
 * const options = { size: [8, 8], onBad: ({ problem }: { problem: string }) => console.log(problem) } as const
 * for await (const { indices, shape } of imageBatches(pictures, order, options)) console.log(indices, shape) // four
 * ```
 */
export function imageBatches(
  sources: readonly ImageSource[],
  order: Iterable<Batch>,
  options: ImageBatchesOptions,
): AsyncGenerator<ImageBatch, void, undefined> {
  const where = 'imageBatches'
  const settings = checkedDecode(where, options)
  const { ahead = 1, onBad } = options
  checkInteger(where, { ahead }, { least: 1 })
  return prefetch(decodeBatches(sources, order, settings, { ...checkedMany(where, options), onBad }), {
    ahead,
  })
}

async function* decodeBatches(
  sources: readonly ImageSource[],
  order: Iterable<Batch>,
  settings: DecodeSettings,
  options: ManyOptions & BadPictureOptions,
): AsyncGenerator<ImageBatch, void, undefined> {
  const where = 'imageBatches'
  const [height, width] = settings.size
  const size = height * width * settings.channels
  const watch = refuseBarren(where)
  for (const batch of order) {
    checkInteger(where, { 'order.indices': batch.indices }, { least: 0, below: sources.length })
    const chosen = Array.from(batch.indices, index => sources[index])
    const { different, rows } = distinctImages(where, chosen)
    const decoded: Uint8Array[] = []
    const place = (index: number) => placeOf(different[index])
    const bad = await mapPictures(where, different.length, options, place, async index => {
      decoded[index] = await decodeChecked(where, different[index], settings)
    })
    const good = [...rows.keys()].filter(i => !bad.has(rows[i]))
    watch(batch, good.length, bad)
    if (good.length === 0) continue
    const data = new Uint8Array(good.length * size)
    for (const [at, i] of good.entries()) data.set(decoded[rows[i]], at * size)
    const indices = Int32Array.from(good, i => batch.indices[i])
    yield { ...batch, indices, data, shape: [good.length, height, width, settings.channels] }
  }
}
