import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import type { TaskModel } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import type { CommandContext } from '../context.ts'
import { pictureSource } from '../data/picture-source.ts'
import { Interrupted } from '../exit-code.ts'
import { untilAborted } from '../interruption.ts'
import { sayLeftOut, skippedIn } from '../left-out.ts'
import { abilityOf, type CheckpointOption, runIdentity, type TaskRun } from '../open-run.ts'
import { showProgress } from '../progress.ts'
import { embedShard, type ShardEmbedder } from './embed-shard.ts'
import { type PictureShard, pictureShards } from './picture-shards.ts'
import { type ShardRecord, shardState } from './shard-file.ts'
import { type KnownShare, type Share, shareOf } from './share.ts'

export interface ShardOptions extends CheckpointOption {
  /** The folder. */
  readonly out: string
  readonly images: string
  readonly skipBad?: boolean
  readonly shard?: Share
  /** How many tasks share the work, where the environment says only which one this is. */
  readonly tasks?: number
  readonly shardSize: number
}

/**
 * Embeds this task's share of a source's shards, each into a file of its own. Shard j is done by task j mod n: neighbours,
 * which are alike in size and kind, go to different tasks, and shards that are added at the end change nobody's share but by
 * themselves. Files that are whole stay; those of another run or of other pictures are refused before anything is embedded.
 */
export async function embedShards(
  run: TaskRun,
  model: TaskModel,
  options: ShardOptions,
  context: CommandContext,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const { out, skipBad } = options
  const { terminal, signal, leftOut } = context
  const share = shareOf(options, environment)
  const begin = async () => {
    const own = await ownShards(share, options, context)
    const embedder = await embedderOf(run, model, options)
    return { own, embedder, whole: await wholeOf(own, out, embedder.run, terminal) }
  }
  const { own, embedder, whole } = await untilAborted(signal, begin())
  const missing = own.filter(shard => !whole.has(shard))
  if (whole.size > 0) terminal.note(`${whole.size} of them are whole already`)
  for (const { skipped } of whole.values()) for (const one of skipped) leftOut.bad.push(one)
  const progress = showProgress(terminal, 'embedding', missing.length, 'shard')
  let made = 0
  try {
    for (const shard of missing) {
      const work = embedShard(shard, out, embedder, { skipBad, leftOut, signal })
      whole.set(shard, await untilAborted(signal, work))
      progress.update(++made)
    }
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    const said = `stopped: ${whole.size} of ${own.length} shards are whole; the same command embeds the others`
    throw new Interrupted(said)
  } finally {
    progress.stop()
  }
  const shards = own.map(shard => ({ shard, record: whole.get(shard) as ShardRecord }))
  const rows = shards.reduce((sum, { record }) => sum + record.rows, 0)
  const zeros = shards.reduce((sum, { record }) => sum + record.zeros, 0)
  leftOut.used += rows
  terminal.result({
    out,
    share,
    dimension: embedder.dimension,
    rows,
    ...(zeros > 0 && { zeros }),
    made,
    shards: shards.map(({ shard, record }) => ({
      file: shard.name,
      rows: record.rows,
      skipped: record.skipped.length,
    })),
    ...skippedIn(leftOut),
  })
  const before = made < own.length ? `, ${own.length - made} of them from before` : ''
  terminal.print(
    `${rows} embeddings of ${embedder.dimension} numbers in ${own.length === 1 ? '1 file' : `${own.length} files`} of ${out}${before}`,
  )
  if (zeros > 0) terminal.print(`${zeros} of them are zero: the run sees nothing there`)
  sayLeftOut(leftOut, terminal)
}

async function ownShards(
  { index, count, by }: KnownShare,
  options: ShardOptions,
  { terminal, leftOut }: CommandContext,
): Promise<PictureShard[]> {
  const all = await pictureShards(pictureSource(options.images), { ...options, leftOut })
  const own = all.filter((_, j) => j % count === index)
  terminal.note(`share ${index}/${count} by ${by}: ${own.length} of ${all.length} shards`)
  return own
}

async function embedderOf(run: TaskRun, model: TaskModel, options: CheckpointOption): Promise<ShardEmbedder> {
  const embedImages = abilityOf('embed', run, 'embedImages', 'embeds pictures')
  const shape = run.task.imageShape?.(run.config)
  if (shape === undefined)
    throw new ChiaroError('run', `embed: ${run.folder} must have a shape of pictures`, 'run')
  const embed = (images: tf.Tensor4D) => embedImages(model, images)
  const dimension = tf.tidy(() => embed(tf.zeros([1, ...shape])).shape[1])
  return { run: await runIdentity(run, options), shape, dimension, embed }
}

/** The records of the shards that are whole. @throws ChiaroError ('data') that names a file which is of something else */
async function wholeOf(
  shards: readonly PictureShard[],
  folder: string,
  run: string,
  { note }: Pick<CommandContext['terminal'], 'note'>,
): Promise<Map<PictureShard, ShardRecord>> {
  const whole = new Map<PictureShard, ShardRecord>()
  for (const shard of shards) {
    const found = await shardState(folder, shard, run)
    if (found.state === 'whole') whole.set(shard, found.record)
    if (found.state === 'damaged') note(`made again, since damaged: ${found.problem}`)
    if (found.state !== 'other') continue
    const file = join(folder, shard.name)
    const problem = `${file} must be of this run and these pictures, got another: ${found.problem}`
    throw new ChiaroError(
      'data',
      `embed: ${problem}; nothing was changed. Take another --out, or remove it`,
      '--out',
    )
  }
  return whole
}
