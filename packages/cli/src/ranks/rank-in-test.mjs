// Loaded before a command, into the process of a rank (node --import): leaves its id, and on a rank that a test wishes so does
// what that machine may have otherwise. Plain JavaScript, since what was built runs without a loader. See RankInTest.
import fs from 'node:fs'
import Module, { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

const { folder, otherVersion, withoutKoffi } = JSON.parse(process.env.CHIARO_RANK_IN_TEST)
const rank = Number(process.env.OMPI_COMM_WORLD_RANK ?? process.env.PMI_RANK)

if (isMainThread) {
  const file = join(folder, String(rank))
  fs.writeFileSync(`${file}.partial`, String(process.pid))
  fs.renameSync(`${file}.partial`, file)
}

if (otherVersion === rank) {
  const { readFileSync } = fs
  fs.readFileSync = (path, ...options) =>
    String(path).endsWith('/cli/package.json') ? '{ "version": "0.0.9" }' : readFileSync(path, ...options)
  syncBuiltinESMExports()
}

if (withoutKoffi?.includes(rank)) {
  const load = Module._load
  Module._load = (request, ...more) => {
    if (request === 'koffi') throw new Error("Cannot find module 'koffi'")
    return load(request, ...more)
  }
}
