import { basename } from 'node:path'
import { jsonField, listShards, shardCaptions } from '@chiaro/data/node'
import { distinctTexts, type PictureShape } from '@chiaro/tasks'
import type { CommandContext } from '../context.ts'
import type { NamedPair, PairReading, ReadPairs } from './open-pairs.ts'
import { openShards } from './open-shards.ts'
import { refuseTextFlags } from './text-flags.ts'
import { weightIn } from './weight-in.ts'

/**
 * Pairs of WebDataset shards: the captions of a sample stand in its JSON or its .txt, its weight in its JSON. A shard that
 * is read batch by batch is read at the samples' places, so that a run goes on in the midst of one.
 */
export async function openShardPairs(
  pattern: string,
  { textColumn, weightColumn, skipBad, memory, ...reading }: PairReading,
  shape: PictureShape,
  context: CommandContext,
): Promise<ReadPairs> {
  refuseTextFlags(reading, 'shards')
  const shards = await listShards(pattern)
  const pairs: NamedPair[] = []
  const weights: number[] = []
  const images = await openShards(
    pattern,
    {
      ...{ shape, memory, skipBad },
      onSample: sample => {
        const { key, file, offset } = sample
        const name = `${basename(file)}/${key}`
        pairs.push({ name, captions: shardCaptions(sample, textColumn), place: `${file}, ${key}` })
        if (weightColumn === undefined) return
        weights.push(weightIn(`${file}, byte ${offset}`, weightColumn, jsonField(sample, weightColumn)))
      },
    },
    context,
  )
  return {
    pairs,
    files: shards.map(path => ({ path, name: basename(path) })),
    kind: 'shards',
    images,
    imageOf: Int32Array.from(pairs.keys()),
    weights: weightColumn === undefined ? undefined : weights,
    placeOf: row => pairs[row].place,
    ...distinctTexts(pairs.map(({ captions }) => captions)),
  }
}
