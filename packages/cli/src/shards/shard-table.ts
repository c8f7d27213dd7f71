import { readdir } from 'node:fs/promises'
import type { CommandContext } from '../context.ts'
import { pictureSource } from '../data/picture-source.ts'
import { runIdentity, type TaskRun } from '../open-run.ts'
import { textTable } from '../text-table.ts'
import type { ShardOptions } from './embed-shards.ts'
import { pictureShards } from './picture-shards.ts'
import { type ShardState, shardState } from './shard-file.ts'

/** Prints what has become of every shard, whoever does it; nothing is embedded. */
export async function printShards(
  run: TaskRun,
  options: ShardOptions,
  { terminal, leftOut }: CommandContext,
): Promise<void> {
  const { out } = options
  // Bad links are told when they are to be embedded.
  const all = await pictureShards(pictureSource(options.images), { ...options, skipBad: true, leftOut })
  const identity = await runIdentity(run, options)
  const shards: ({ readonly file: string } & ShardState)[] = []
  for (const shard of all) shards.push({ file: shard.name, ...(await shardState(out, shard, identity)) })
  const rows = shards.map(shard => {
    const { file, state } = shard
    const of = (value: number) => (state === 'whole' ? String(value) : '')
    const record = state === 'whole' ? shard.record : undefined
    return [file, of(record?.rows ?? 0), of(record?.skipped.length ?? 0), state]
  })
  const count = (state: ShardState['state']) => shards.filter(shard => shard.state === state).length
  const embedded = shards.reduce((sum, one) => sum + (one.state === 'whole' ? one.record.rows : 0), 0)
  const known = new Set(all.map(({ name }) => name))
  const strangers = (await namesIn(out)).filter(name => name.endsWith('.parquet') && !known.has(name))
  terminal.result({
    out,
    shards: shards.map(shard => ({
      file: shard.file,
      state: shard.state,
      ...(shard.state === 'whole' && { rows: shard.record.rows, skipped: shard.record.skipped.length }),
      ...('problem' in shard && { problem: shard.problem }),
    })),
    rows: embedded,
    whole: count('whole'),
    missing: count('missing'),
    damaged: count('damaged'),
    other: count('other'),
    ...(strangers.length > 0 && { strangers }),
  })
  for (const line of textTable([['shard', 'rows', 'left out', 'state'], ...rows])) terminal.print(line)
  for (const shard of shards) if ('problem' in shard) terminal.note(`${shard.file}: ${shard.problem}`)
  if (strangers.length > 0) terminal.note(`of no shard of these pictures: ${strangers.join(', ')}`)
  terminal.print(`${count('whole')} of ${shards.length} shards whole, ${embedded} embeddings`)
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}
