// Loaded before a command, into the process of a rank (node --import): leaves its id, and on one rank does what that machine
// may have otherwise.
import fs from 'node:fs'
import Module, { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

/** What a test wants of its ranks. */
export interface RankInTest {
  /** Where each rank leaves its process's id, under its number. */
  readonly folder: string
  /** The rank that has another version of the command. */
  readonly otherVersion?: number
  /** The ranks where koffi is missing. */
  readonly withoutKoffi?: readonly number[]
}

const wish = JSON.parse(process.env.CHIARO_RANK_IN_TEST ?? '{}') as RankInTest
const rank = Number(process.env.OMPI_COMM_WORLD_RANK ?? process.env.PMI_RANK)

if (isMainThread) {
  const file = join(wish.folder, String(rank))
  fs.writeFileSync(`${file}.partial`, String(process.pid))
  fs.renameSync(`${file}.partial`, file)
}

if (wish.otherVersion === rank) {
  const { readFileSync } = fs
  const read = (path: unknown, ...options: unknown[]) => {
    const found = (readFileSync as (...all: unknown[]) => unknown)(path, ...options)
    return String(path).endsWith('/cli/package.json') ? '{ "version": "0.0.9" }' : found
  }
  Object.assign(fs, { readFileSync: read })
  syncBuiltinESMExports()
}

if (wish.withoutKoffi?.includes(rank)) {
  type Load = (request: string, ...more: unknown[]) => unknown
  const loader = Module as unknown as { _load: Load }
  const load = loader._load
  loader._load = (request, ...more) => {
    if (request === 'koffi') throw new Error("Cannot find module 'koffi'")
    return load(request, ...more)
  }
}
