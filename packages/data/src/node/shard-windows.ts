import { dataError } from '../data-error.ts'
import { type ShardSample, type ShardSampleOptions, shardSamples } from './shard-samples.ts'

export interface WindowSettings extends ShardSampleOptions {
  /** How many samples a window has, unless their members take more than shuffleBytes before. */
  readonly shuffleBuffer: number
  readonly shuffleBytes: number
  readonly signal?: AbortSignal
}

/** A shard's number in the epoch's order, and a byte in it. */
export interface Place {
  readonly shard: number
  readonly offset: number
}

export interface ShardWindow {
  readonly start: Place
  readonly end: Place
  readonly samples: readonly ShardSample[]
}

/** Consecutive samples from a place on, cut by count and by bytes: cuts depend on the data alone, never on timing. */
export async function* shardWindows(
  shards: readonly string[],
  order: Int32Array,
  from: Place,
  settings: WindowSettings,
): AsyncGenerator<ShardWindow, void, undefined> {
  const { shuffleBuffer, shuffleBytes, signal } = settings
  let start = from
  let samples: ShardSample[] = []
  let bytes = 0
  for (let shard = from.shard; shard < order.length; shard++) {
    const file = shards[order[shard]]
    const offset = shard === from.shard ? from.offset : 0
    let found = offset > 0
    for await (const { sample, end } of shardSamples('readShards', file, offset, settings)) {
      signal?.throwIfAborted()
      found = true
      if (samples.length === 0) start = { shard, offset: sample.offset }
      samples.push(sample)
      bytes += end - sample.offset
      if (samples.length < shuffleBuffer && bytes < shuffleBytes) continue
      yield { start, end: { shard, offset: end }, samples }
      samples = []
      bytes = 0
    }
    if (!found) throw dataError('readShards', { file }, 'must have samples, got none')
  }
  if (samples.length > 0) yield { start, end: { shard: order.length, offset: 0 }, samples }
}
