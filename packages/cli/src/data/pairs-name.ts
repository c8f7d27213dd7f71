import { dirname, resolve } from 'node:path'
import { ChiaroError } from '@chiaro/core'

const scheme = 'wds:'

/** Of "wds:SHARDS.tar" what stands behind the colon, undefined for a file. */
export function shardsOf(pairs: string): string | undefined {
  return pairs.startsWith(scheme) ? pairs.slice(scheme.length) : undefined
}

/** What `--pairs` names, with an absolute path: a file, or "wds:SHARDS.tar" with {000..009} in its name. */
export function resolvedPairs(pairs: string): string {
  const shards = shardsOf(pairs)
  if (shards === '')
    throw new ChiaroError('data', `--pairs must be a file or wds:SHARDS.tar, got "${pairs}"`, '--pairs')
  return shards === undefined ? resolve(pairs) : scheme + resolve(shards)
}

/** The folder that picture paths are relative to: of shards theirs, where no other is looked at. */
export function picturesOfPairs(pairs: string, images: string | undefined): string {
  const shards = shardsOf(pairs)
  if (shards === undefined || images === undefined) return resolve(images ?? dirname(shards ?? pairs))
  throw new ChiaroError('data', '--images belongs to a file of pairs, got one beside shards', '--images')
}
