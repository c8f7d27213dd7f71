import { basename } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { embeddingInfo, listEmbeddingFiles } from '@chiaro/data/node'
import { digestOfFile } from '../data/fingerprint.ts'
import { recordIn } from '../shards/shard-file.ts'

/** A file of embeddings that goes into an index. */
export interface IndexedFile {
  readonly path: string
  readonly name: string
  /** Of its bytes: the same file is not added twice, whatever it is called. */
  readonly digest: string
  readonly rows: number
  readonly dimension?: number
  /** `runIdentity` of the run that made it, where `chiaro embed` has written it by shards. */
  readonly run?: string
}

/**
 * What is known of the files that paths stand for.
 *
 * @throws as `listEmbeddingFiles` and `embeddingInfo`; ChiaroError ('data') for two files of the same bytes
 */
export async function filesOf(paths: readonly string[]): Promise<IndexedFile[]> {
  const files: IndexedFile[] = []
  for (const path of await listEmbeddingFiles(paths)) {
    const digest = await digestOfFile(path)
    const same = files.find(file => file.digest === digest)
    if (same !== undefined) {
      const problem = `files must differ, got the same bytes in ${same.path} and ${path}`
      throw new ChiaroError('data', `index: ${problem}`, path)
    }
    const { rows, dimension, metadata } = await embeddingInfo(path)
    const run = recordIn(metadata)?.run
    const known = { ...(dimension !== undefined && { dimension }), ...(run !== undefined && { run }) }
    files.push({ path, name: basename(path), digest, rows, ...known })
  }
  return files
}

/**
 * The one run that files are of; undefined where none says it.
 *
 * @param before what the index says already
 * @throws ChiaroError ('data') that names a file of another one
 */
export function runOf(files: readonly IndexedFile[], before?: string): string | undefined {
  let known = before
  for (const { path, run } of files) {
    if (run === undefined) continue
    known ??= run
    if (run === known) continue
    const problem = `${path} must be of the run that the others are of, got one of another run or checkpoint`
    throw new ChiaroError('data', `index: ${problem}`, path)
  }
  return known
}
