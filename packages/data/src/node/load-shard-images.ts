import { checkLength } from '@chiaro/core'
import { mapPictures } from '../bad-pictures.ts'
import type { HostImages } from '../image-tensor.ts'
import type { ManyOptions } from '../map-bounded.ts'
import { checkedDecode, type DecodeOptions, decodeBytes } from './decode-image.ts'
import { checkedMany } from './load-images.ts'
import { type ShardSampleOptions, shardSamples } from './shard-samples.ts'

/** Where a sample lies, as `ShardSample` says: its shard, and the byte at which it begins. */
export interface ShardPlace {
  readonly file: string
  readonly offset: number
}

export interface LoadShardImagesOptions
  extends DecodeOptions,
    Partial<ManyOptions>,
    Pick<ShardSampleOptions, 'largestMember'> {}

/**
 * Decodes the pictures of samples whose places are known, in any order: what shuffles shards that no memory holds. A
 * shard that is packed (.tar.gz) is unpacked up to its sample each time.
 *
 * @returns [places, height, width, channels]
 * @throws ChiaroError ('data') that names the shard and the byte: what `readShards` and `decodeImage` throw; RangeError
 *   for options and for no places; the signal's reason when aborted
 * @see `readShards` for an example
 */
export async function loadShardImages(
  places: readonly ShardPlace[],
  options: LoadShardImagesOptions,
): Promise<HostImages> {
  const where = 'loadShardImages'
  const settings = checkedDecode(where, options)
  checkLength(where, { places }, { least: 1 })
  const [height, width] = settings.size
  const size = height * width * settings.channels
  const data = new Uint8Array(places.length * size)
  const placeOf = (index: number) => ({ picture: '', ...places[index] })
  await mapPictures(where, places.length, checkedMany(where, options), placeOf, async index => {
    const origin = places[index]
    const { largestMember } = options
    for await (const { sample } of shardSamples(where, origin.file, origin.offset, { largestMember })) {
      const image = sample.image as Uint8Array
      data.set(await decodeBytes(where, image, sample.key, origin, settings), index * size)
      return
    }
  })
  return { data, shape: [places.length, height, width, settings.channels] }
}
