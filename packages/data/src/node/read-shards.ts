import { checkInteger, checkLength, conflictError, type RandomKey, rangeError } from '@chiaro/core'
import { foldIn, permutation } from '@chiaro/random/host'
import type { ShardSample, ShardSampleOptions } from './shard-samples.ts'
import { shardWindows, type WindowSettings } from './shard-windows.ts'

/** How far a run through shards has come; plain JSON, for a checkpoint. */
export interface ShardPosition {
  readonly epoch: number
  /** Where the window begins: the number of the shard in the epoch's order, and the byte in it, unpacked. */
  readonly shard: number
  readonly offset: number
  /** The window's number in its epoch. */
  readonly window: number
  /** How many samples of the window are used. */
  readonly index: number
}

export interface ReadShardsOptions extends ShardSampleOptions {
  /** Shuffles shards and samples. Without a key the order is the shards' own. */
  readonly key?: RandomKey
  /** With a key: samples in memory that are shuffled among each other, a window. Default 1000. */
  readonly shuffleBuffer?: number
  /** A window ends, though it has fewer samples, when they take more bytes of the shards. Default 2²⁸ (256 MiB). */
  readonly shuffleBytes?: number
  /** Default 1; Infinity runs without end. */
  readonly epochs?: number
  /** Where to begin, as an earlier sample's `next` said. Default the beginning. */
  readonly position?: ShardPosition
  /** Stops with the signal's reason before the next sample. */
  readonly signal?: AbortSignal
}

/** A sample, and where the next one is: what a checkpoint keeps. */
export interface ReadSample extends ShardSample {
  readonly epoch: number
  readonly next: ShardPosition
}

/**
 * The samples of WebDataset shards, each once an epoch, in memory bounded by one window and one member.
 *
 * With a key an epoch takes the shards in the order permutation(foldIn(foldIn(key, epoch), 0), shards); what they
 * hold, read on end, is cut into windows of `shuffleBuffer` samples, and window w comes in the order
 * permutation(foldIn(foldIn(key, epoch), w + 1), size). A run resumed at `next` reads no more than its window anew, and
 * gives the same samples as an unbroken one, which a buffer that slides could only do from its saved contents.
 *
 * @param shards tar files (.tar, .tar.gz, .tgz): what `listShards` gives
 * @throws ChiaroError ('data') that names the shard and the byte: unreadable, truncated, no tar, a path that leads
 *   out, a member above largestMember, a sample whose members are apart, with two of a kind or without a picture, text
 *   that is not UTF-8, no JSON, no class, a shard without samples; RangeError for options
 *
 * @example
 * ```ts
 * import { execFileSync } from 'node:child_process'
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { listShards, loadShardImages, readShards, shardCaptions } from '@chiaro/data/node'
 * import { key } from '@chiaro/random'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'shards-'))
 * for (const name of ['a', 'b', 'c']) {
 *   await writeFile(join(folder, `${name}.png`), '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')
 *   await writeFile(join(folder, `${name}.txt`), `picture ${name}`)
 * }
 * execFileSync('tar', ['-cf', '00.tar', 'a.png', 'a.txt', 'b.png', 'b.txt', 'c.png', 'c.txt'], { cwd: folder })
 * const shards = await listShards(join(folder, '{00..00}.tar'))
 * const places = []
 * for await (const sample of readShards(shards, { key: key(1) })) {
 *   console.log(sample.key, shardCaptions(sample)) // nothing is decoded yet
 *   places.push({ file: sample.file, offset: sample.offset })
 * }
 * console.log((await loadShardImages(places, { size: [8, 8] })).shape) // [3, 8, 8, 3], in this order
 * ```
 */
export function readShards(
  shards: readonly string[],
  options: ReadShardsOptions = {},
): AsyncGenerator<ReadSample, void, undefined> {
  const { key, shuffleBuffer = key === undefined ? 1 : 1000, shuffleBytes = 2 ** 28, epochs = 1 } = options
  const where = 'readShards'
  checkLength(where, { shards }, { least: 1 })
  checkInteger(where, { shuffleBuffer, shuffleBytes }, { least: 1 })
  if (options.largestMember !== undefined)
    checkInteger(where, { largestMember: options.largestMember }, { least: 1 })
  if (epochs !== Number.POSITIVE_INFINITY) checkInteger(where, { epochs }, { least: 0 })
  if (key === undefined && shuffleBuffer !== 1) {
    throw conflictError(where, 'shuffleBuffer', 'shuffleBuffer needs a key, got none')
  }
  const position = options.position ?? { epoch: 0, shard: 0, offset: 0, window: 0, index: 0 }
  for (const field of ['epoch', 'shard', 'offset', 'window', 'index'] as const) {
    checkInteger(where, { [`position.${field}`]: position[field] }, { least: 0 })
  }
  if (position.shard > shards.length || position.index > shuffleBuffer) {
    throw rangeError(where, 'position', 'a position of these shards and options', JSON.stringify(position))
  }
  return run(shards, position, { ...options, shuffleBuffer, shuffleBytes, epochs })
}

type Settings = ReadShardsOptions & WindowSettings & { readonly epochs: number }

async function* run(
  shards: readonly string[],
  begin: ShardPosition,
  settings: Settings,
): AsyncGenerator<ReadSample, void, undefined> {
  const { key, epochs, signal } = settings
  let { index } = begin
  for (let epoch = begin.epoch; epoch < epochs; epoch++) {
    const first = epoch === begin.epoch
    const epochKey = key === undefined ? undefined : foldIn(key, epoch)
    const shardOrder = orderOf(epochKey, 0, shards.length)
    const from = first ? begin : { shard: 0, offset: 0 }
    let window = first ? begin.window : 0
    for await (const { start, samples, end } of shardWindows(shards, shardOrder, from, settings)) {
      const order = orderOf(epochKey, window + 1, samples.length)
      if (index > samples.length) {
        const got = `sample ${index} of a window of ${samples.length}`
        throw rangeError('readShards', 'position', 'a position of these shards and options', got)
      }
      for (; index < samples.length; index++) {
        signal?.throwIfAborted()
        const last = index + 1 === samples.length
        const here = { epoch, ...start, window, index: index + 1 }
        yield {
          ...samples[order[index]],
          epoch,
          next: last ? { epoch, ...end, window: window + 1, index: 0 } : here,
        }
      }
      index = 0
      window += 1
    }
  }
}

function orderOf(key: RandomKey | undefined, stream: number, count: number): Int32Array {
  if (key === undefined) return Int32Array.from({ length: count }, (_, i) => i)
  return permutation(foldIn(key, stream), count)
}
