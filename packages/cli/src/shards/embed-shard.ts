import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type BadPicture, writeEmbeddingBlocks } from '@chiaro/data/node'
import { featuresOf, type PictureShape, picturesOf } from '@chiaro/tasks'
import type * as tf from '@tensorflow/tfjs-core'
import { type LeftOut, leaveOut } from '../left-out.ts'
import { unitRows, zeroRows } from '../unit-rows.ts'
import type { PictureShard } from './picture-shards.ts'
import { recordKey, type ShardRecord } from './shard-file.ts'

/** The model that embeds, and what it takes and gives. */
export interface ShardEmbedder {
  /** `runIdentity`. */
  readonly run: string
  readonly shape: PictureShape
  readonly dimension: number
  readonly embed: (images: tf.Tensor4D) => tf.Tensor2D
}

export interface EmbedShardOptions {
  readonly skipBad?: boolean
  readonly leftOut: LeftOut
  readonly signal: AbortSignal
}

/**
 * Embeds one shard into its file in `folder`, picture after picture: in memory are some batches, and some thousand rows.
 * The file takes its name when it is whole; the same shard gives the same bytes.
 *
 * @throws what its reader throws; ChiaroError ('data') that names all bad pictures, without skipBad; the signal's reason
 */
export async function embedShard(
  { name, source, read }: PictureShard,
  folder: string,
  { run, shape, dimension, embed }: ShardEmbedder,
  { skipBad, leftOut, signal }: EmbedShardOptions,
): Promise<ShardRecord> {
  const [height, width, channels] = shape
  const skipped: BadPicture[] = []
  let [rows, zeros] = [0, 0]
  const blocks = async function* () {
    const decode = { size: [height, width], channels, signal } as const
    for await (const { images, names } of read({ ...decode, onBad: one => void skipped.push(one) })) {
      const features = await featuresOf(picturesOf(images), embed, undefined, signal)
      const vectors = unitRows(features.vectors, dimension)
      rows += names.length
      zeros += zeroRows({ names, vectors, dimension })
      yield { names, vectors }
    }
    // Before the file takes its name: without --skip-bad there is none.
    leaveOut(leftOut, skipBad, skipped)
  }
  const record = (): ShardRecord => ({ version: 1, run, source, rows, zeros, skipped })
  const metadata = () => ({ [recordKey]: JSON.stringify(record()) })
  await writeEmbeddingBlocks(join(folder, name), blocks(), { dimension, nameColumn: 'file', metadata })
  await sweep(folder, name)
  return record()
}

/** After so many milliseconds without a write nobody is taken to write. */
const longestSilence = 3_600_000

/** Removes what a process that was killed has left of a shard which is whole now; not what another may be writing. */
async function sweep(folder: string, name: string): Promise<void> {
  for (const one of await readdir(folder)) {
    if (!one.startsWith(`${name}.`) || !one.endsWith('.partial')) continue
    const path = join(folder, one)
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > longestSilence) await rm(path, { force: true })
  }
}
