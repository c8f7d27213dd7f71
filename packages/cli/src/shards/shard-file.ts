import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { type BadPicture, embeddingInfo } from '@chiaro/data/node'
import type { PictureShard } from './picture-shards.ts'

/** Under which key a file of embeddings keeps what it was made of. */
export const recordKey = 'chiaro'

/** What a shard's file says it was made of, and what became of its pictures. */
export interface ShardRecord {
  readonly version: 1
  /** `runIdentity`. */
  readonly run: string
  readonly source: PictureShard['source']
  readonly rows: number
  /** Rows of zeros: the run sees nothing there. */
  readonly zeros: number
  /** Pictures that can't be used, by --skip-bad. */
  readonly skipped: readonly BadPicture[]
}

/** What is found under a shard's name. */
export type ShardState =
  | { readonly state: 'missing' }
  /** No whole file of embeddings: it is made again. */
  | { readonly state: 'damaged'; readonly problem: string }
  /** Somebody else's: it is left alone. */
  | { readonly state: 'other'; readonly problem: string }
  | { readonly state: 'whole'; readonly record: ShardRecord }

/** What the file of a shard is, by its footer: whether it is whole, and made by this run of these pictures. */
export async function shardState(
  folder: string,
  { name, source }: PictureShard,
  run: string,
): Promise<ShardState> {
  const file = join(folder, name)
  if (!(await exists(file))) return { state: 'missing' }
  const info = await embeddingInfo(file).catch(error => {
    if (error instanceof ChiaroError && error.code === 'data') return error
    throw error
  })
  if (info instanceof ChiaroError) return { state: 'damaged', problem: info.message }
  const record = recordIn(info.metadata)
  if (record === undefined)
    return { state: 'other', problem: 'it was not written by chiaro embed into a folder' }
  if (record.run !== run) return { state: 'other', problem: 'it is of another run, or of another checkpoint' }
  const [expected, got] = [JSON.stringify(source), JSON.stringify(record.source)]
  if (got !== expected) return { state: 'other', problem: `it is of other pictures: ${got}, not ${expected}` }
  if (record.rows === info.rows) return { state: 'whole', record }
  return { state: 'damaged', problem: `${file}: must have ${record.rows} rows, got ${info.rows}` }
}

/** What a file's footer says of this, undefined where it says nothing. */
export function recordIn(metadata: Readonly<Record<string, string>>): ShardRecord | undefined {
  try {
    const record = JSON.parse(metadata[recordKey] ?? '') as Partial<ShardRecord>
    return record?.version === 1 ? (record as ShardRecord) : undefined
  } catch {
    return undefined
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
}
