import { checkInteger } from '../check-options.ts'
import type { HostImages } from '../image-tensor.ts'
import { prefetch } from '../prefetch.ts'
import { checkDecode, type DecodeOptions, type DecodeSettings, decodeBytes } from './decode-image.ts'
import { many } from './load-images.ts'
import { type ManyOptions, mapBounded } from './map-bounded.ts'
import { type ReadSample, type ReadShardsOptions, readShards, type ShardPosition } from './read-shards.ts'
import type { ShardSample } from './shard-samples.ts'

export interface ShardBatchesOptions
  extends Omit<ReadShardsOptions, 'requireImage'>,
    DecodeOptions,
    Partial<Omit<ManyOptions, 'onProgress'>> {
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
 * the one before. No batch has samples of two epochs.
 *
 * @throws as `readShards` and `decodeImage`, naming shard and byte, when the batch's turn comes; RangeError for options
 */
export function shardBatches(
  shards: readonly string[],
  options: ShardBatchesOptions,
): AsyncGenerator<ShardBatch, void, undefined> {
  const where = 'shardBatches'
  const settings = checkDecode(where, options)
  const { batchSize, dropLast = true, ahead = 1 } = options
  checkInteger(where, 'batchSize', batchSize, 1)
  checkInteger(where, 'ahead', ahead, 1)
  const samples = readShards(shards, { ...options, requireImage: true })
  const decoded = decodeEach(groups(samples, batchSize, dropLast), settings, many(where, options))
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
  options: ManyOptions,
): AsyncGenerator<ShardBatch, void, undefined> {
  const [height, width] = settings.size
  const size = height * width * settings.channels
  for await (const batch of batches) {
    const data = new Uint8Array(batch.length * size)
    await mapBounded(batch.length, options, async index => {
      const { image, key, file, offset } = batch[index]
      const origin = { file, offset }
      data.set(await decodeBytes('shardBatches', image as Uint8Array, key, origin, settings), index * size)
    })
    const { epoch, next } = batch[batch.length - 1]
    const samples = batch.map(({ image: _, epoch: __, next: ___, ...sample }) => sample)
    yield { data, shape: [batch.length, height, width, settings.channels], samples, epoch, next }
  }
}
