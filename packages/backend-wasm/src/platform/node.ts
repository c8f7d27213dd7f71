import { existsSync, realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { nodeWorkerSource } from '../threads/worker-source.ts'
import type { Platform, WasmFile } from './platform.ts'
import { startOnSharedHeap } from './shared-heap.ts'

/** Where this code lies; in a bundle of CommonJS, which has no import.meta.url, the bundle. */
const here = import.meta.url ?? pathToFileURL(__filename).href

/** Packages of which each finds the next: a strict node_modules shows a program only what it asked for itself. */
const ways = [
  ['@tensorflow/tfjs-backend-wasm'],
  ['@chiaro/backend-wasm', '@tensorflow/tfjs-backend-wasm'],
  ['@chiaro/backend', '@chiaro/backend-wasm', '@tensorflow/tfjs-backend-wasm'],
  ['chiaro', '@chiaro/backend', '@chiaro/backend-wasm', '@tensorflow/tfjs-backend-wasm'],
]

/** A package's folder in the nearest node_modules. Looked for by hand: bundlers take `require.resolve` for theirs. */
function nearest(name: string, from: string): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (existsSync(folder)) return realpathSync(folder)
  return dirname(from) === from ? undefined : nearest(name, dirname(from))
}

/** The folder of the last package, found from one to the next. */
function folderOf(packages: readonly string[], from: string): string | undefined {
  return packages.reduce<string | undefined>((at, name) => at && nearest(name, at), from)
}

/** The places of a file: where `folder` says, else in tfjs's package, and for a bundle beside it. */
function placesOf(name: WasmFile, given: string | undefined): string[] {
  if (given !== undefined) return [given.startsWith('file:') ? fileURLToPath(given) : given]
  // A bundle may know where its sources lay when it was made; what runs is the program.
  const froms = [fileURLToPath(here), process.argv[1]].filter(Boolean).map(file => dirname(file))
  const folders = froms.flatMap(from => ways.map(way => folderOf(way, from)))
  const inPackage = folders.filter(folder => folder !== undefined).map(folder => join(folder, 'dist', name))
  return [...new Set([...inPackage, ...froms.map(from => join(from, name))])]
}

export const platform: Platform = {
  cores: () => ({ count: availableParallelism() }),

  startWorker: async (data, name, onProblem) => {
    const worker = new Worker(nodeWorkerSource, { eval: true, workerData: data, name })
    worker.on('error', error => onProblem(error.message))
    worker.on('exit', () => onProblem('a worker has ended'))
    // A process that has nothing else to do may end.
    worker.unref()
    return {
      end: async () => {
        await worker.terminate()
      },
    }
  },

  startOnSharedHeap,

  findFile: async (name, given) => {
    const places = placesOf(name, given)
    const at = places.find(existsSync)
    return at === undefined ? { missing: places.map(place => `${place} is not there`) } : { at }
  },
}
