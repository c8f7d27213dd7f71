import { checkInteger } from '@chiaro/core'
import { type BadPictureOptions, mapPictures, refuseBarren } from '../bad-pictures.ts'
import type { HostImages } from '../image-tensor.ts'
import type { ManyOptions } from '../map-bounded.ts'
import { prefetch } from '../prefetch.ts'
import { checkedDecode, type DecodeOptions, type DecodeSettings, decodeBytes } from './decode-image.ts'
import { checkedMany } from './load-images.ts'
import { openPictureCache, type PictureCacheOption } from './picture-cache.ts'
import { type ReadSample, type ReadShardsOptions, readShards, type ShardPosition } from './read-shards.ts'
import type { ShardSample } from './shard-samples.ts'

export interface ShardBatchesOptions
  extends Omit<ReadShardsOptions, 'requireImage'>,
    DecodeOptions,
    Partial<Omit<ManyOptions, 'onProgress'>>,
    PictureCacheOption {
  readonly batchSize: number
  /** Leaves out the last batch of an epoch when it is smaller. Default true, so that every batch has one shape. */
  readonly dropLast?: boolean
  /** Batches decoded before they are asked for. Default 1. */
  readonly ahead?: number
}

/** A batch with its pictures [batch, height, width, channels] on the host. */
export interface ShardBatch extends HostImages {
  /** [batch] what else each sample has; the packed pictures are let go. */
  readonly samples: readonly Omit<ShardSample, 'image'>[]
  readonly epoch: number
  /** Where the next batch begins: what a checkpoint keeps as `position`. */
  readonly next: ShardPosition
}

/**
 * Batches of decoded pictures from WebDataset shards, in the order of `readShards`, decoded while the consumer works on
 * the one before. No batch has samples of two epochs. With onBad a batch lacks its bad pictures.
 *
 * @throws as `readShards` and `decodeImage`, naming shard and byte, when the batch's turn comes; RangeError for options
 *
 * @example
 * ```ts
 * import { shardBatches } from '@chiaro/data/node'
 * import { key } from '@chiaro/random'
 *
 * // Batches in an order that a resumed run goes on with: what `next` says is plain JSON, for a checkpoint.
 * async function train(shards: readonly string[]) {
 *   const options = { size: [32, 32], batchSize: 64, key: key(1), shuffleBuffer: 1000 } as const
 *   for await (const { shape, samples, next } of shardBatches(shards, options)) {
 *     console.log(shape, samples.length, JSON.stringify(next))
 *   }
 * }
 * console.log(train.length)
 * ```
 */
export function shardBatches(
  shards: readonly string[],
  options: ShardBatchesOptions,
): AsyncGenerator<ShardBatch, void, undefined> {
  const where = 'shardBatches'
  const settings = checkedDecode(where, options)
  const { batchSize, dropLast = true, ahead = 1 } = options
  checkInteger(where, { batchSize, ahead }, { least: 1 })
  const samples = readShards(shards, { ...options, requireImage: true })
  const { onBad, cache } = options
  const looped = { ...checkedMany(where, options), onBad }
  const decoded = decodeEach(groups(samples, batchSize, dropLast), settings, { ...looped, cache })
  return prefetch(decoded, { ahead })
}

async function* groups(
  samples: AsyncIterable<ReadSample>,
  batchSize: number,
  dropLast: boolean,
): AsyncGenerator<ReadSample[]> {
  let group: ReadSample[] = []
  for await (const sample of samples) {
    if (group.length > 0 && group[0].epoch !== sample.epoch) {
      if (!dropLast) yield group
      group = []
    }
    group.push(sample)
    if (group.length < batchSize) continue
    yield group
    group = []
  }
  if (group.length > 0 && !dropLast) yield group
}

async function* decodeEach(
  batches: AsyncIterable<ReadSample[]>,
  settings: DecodeSettings,
  options: ManyOptions & BadPictureOptions & PictureCacheOption,
): AsyncGenerator<ShardBatch, void, undefined> {
  const where = 'shardBatches'
  const [height, width] = settings.size
  const size = height * width * settings.channels
  const watch = refuseBarren(where)
  const cache = openPictureCache(where, options.cache, settings, size)
  try {
    for await (const batch of batches) {
      const decoded = batch.map(() => new Uint8Array(size))
      const place = (index: number) => {
        const { key: picture, file, offset } = batch[index]
        return { picture, file, offset }
      }
      const bad = await mapPictures(where, batch.length, options, place, async index => {
        const { image, key, file, offset } = batch[index]
        await cache.through({ file, offset }, decoded[index], async () => {
          decoded[index].set(await decodeBytes(where, image as Uint8Array, key, { file, offset }, settings))
        })
      })
      const { epoch, next } = batch[batch.length - 1]
      watch({ epoch }, batch.length - bad.size, bad)
      if (bad.size === batch.length) continue
      const good = batch.flatMap((sample, index) =>
        bad.has(index) ? [] : [{ sample, bytes: decoded[index] }],
      )
      const data = new Uint8Array(good.length * size)
      for (const [i, { bytes }] of good.entries()) data.set(bytes, i * size)
      const samples = good.map(({ sample: { image: _, epoch: __, next: ___, ...rest } }) => rest)
      yield { data, shape: [good.length, height, width, settings.channels], samples, epoch, next }
    }
  } finally {
    cache.close()
  }
}
