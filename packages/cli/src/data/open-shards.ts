import { ChiaroError } from '@chiaro/core'
import {
  type BadPicture,
  listShards,
  loadShardImages,
  type ShardBatch,
  type ShardPlace,
  shardBatches,
} from '@chiaro/data/node'
import type { CommandContext } from '../context.ts'
import { leavingOut } from '../left-out.ts'
import { defaultMemory, inMemory, type NamedPictures, type Shaped } from './named-pictures.ts'

/** The most that packed shards may take, which are always kept in memory: each read would unpack all that lies before. */
const packedMemory = 2 ** 31

/** What is told of each sample that is kept, in the order of the pictures. */
interface OnSample {
  readonly onSample?: (sample: ShardBatch['samples'][number]) => void
}

/**
 * Opens the pictures of WebDataset shards: from memory where it holds them, else read by their places.
 *
 * @throws ChiaroError ('data') that names the shard: what its reader throws, and `onSample`
 */
export async function openShards(
  pattern: string,
  { shape, memory = defaultMemory, skipBad, onSample }: Shaped & OnSample,
  { terminal, signal, leftOut, cache }: CommandContext,
): Promise<NamedPictures> {
  const [height, width, channels] = shape
  const size = height * width * channels
  const shards = await listShards(pattern)
  const decode = { size: [height, width], channels, signal } as const
  const packed = shards.some(shard => /gz$/i.test(shard))
  let parts: Uint8Array[] = []
  const places: ShardPlace[] = []
  const names: string[] = []
  const classes: (number | string)[] = []
  // All are decoded once, that none fails in the middle of training; what does not fit is read again by its place.
  const read = async (onBad: (bad: BadPicture) => void) => {
    const batches = shardBatches(shards, { ...decode, cache, batchSize: 256, dropLast: false, onBad })
    for await (const { data, samples } of batches) {
      for (const sample of samples) {
        const { key, label, className, file, offset } = sample
        onSample?.(sample)
        names.push(key)
        places.push({ file, offset })
        const ofClass = label ?? className
        if (ofClass !== undefined) classes.push(ofClass)
      }
      const fits = names.length * size <= memory
      if (fits || packed) parts.push(data)
      else parts = []
      if (packed && names.length * size > packedMemory) {
        const problem = `packed shards must hold at most ${packedMemory} bytes of pictures, got more; unpack them`
        throw new ChiaroError('data', `${pattern}: ${problem}`, '--images')
      }
    }
  }
  await leavingOut(leftOut, skipBad, read)
  if (names.length === 0)
    throw new ChiaroError('data', `${pattern}: must have pictures that can be used, got none`)
  leftOut.used += names.length
  const streamed = parts.length === 0
  const kept = streamed ? 'are read batch by batch' : 'read'
  terminal.note(`${names.length} pictures ${kept} from ${shards.length} shards`)
  const pictures: NamedPictures = streamed
    ? {
        count: names.length,
        shape,
        names,
        async read(rows) {
          const images = await loadShardImages(
            Array.from(rows, row => places[row]),
            decode,
          )
          return { images, rows: Int32Array.from(rows, (_, i) => i) }
        },
      }
    : inMemory({ data: Buffer.concat(parts), shape: [names.length, ...shape] }, names)
  return classes.length === names.length ? { ...pictures, ...labelled(pattern, classes) } : pictures
}

/** Classes by their numbers, or by their names in bytewise order. */
function labelled(
  pattern: string,
  classes: readonly (number | string)[],
): Pick<NamedPictures, 'labels' | 'classNames'> {
  const numbers = classes.filter(one => typeof one === 'number')
  if (numbers.length === classes.length) return { labels: Int32Array.from(numbers) }
  const texts = classes.filter(one => typeof one === 'string')
  if (numbers.length > 0) {
    const got = `${numbers[0]} and ${texts[0]}`
    throw new ChiaroError('data', `${pattern}: classes must be all numbers or all names, got ${got}`)
  }
  const classNames = [...new Set(texts)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const places = new Map(classNames.map((name, i) => [name, i]))
  return { labels: Int32Array.from(texts, name => places.get(name) ?? 0), classNames }
}
