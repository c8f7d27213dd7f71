import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ChiaroError } from '@chiaro/core'
import type { Arrow, ArrowBatch, ArrowTable } from './arrow.ts'

// What is used of @lancedb/lancedb 0.37, which whoever has no index need not install: 200 MB.

export interface LanceQuery extends AsyncIterable<ArrowBatch> {
  select(columns: readonly string[]): LanceQuery
  limit(rows: number): LanceQuery
  nearestTo(vector: Float32Array): LanceVectorQuery
}

export interface LanceVectorQuery {
  distanceType(type: 'cosine'): LanceVectorQuery
  nprobes(partitions: number): LanceVectorQuery
  limit(rows: number): LanceVectorQuery
  select(columns: readonly string[]): LanceVectorQuery
  toArrow(): Promise<{ readonly batches: readonly ArrowBatch[] }>
}

export interface LanceTable {
  add(rows: ArrowTable): Promise<unknown>
  countRows(): Promise<number>
  createIndex(column: string, options: { readonly config: unknown }): Promise<void>
  optimize(): Promise<unknown>
  query(): LanceQuery
  version(): Promise<number>
  checkout(version: number): Promise<void>
  restore(): Promise<void>
  close(): void
}

export interface LanceConnection {
  createTable(name: string, rows: ArrowTable): Promise<LanceTable>
  openTable(name: string): Promise<LanceTable>
  close(): void
}

export interface IvfPqOptions {
  readonly distanceType: 'cosine'
  readonly numPartitions: number
  readonly numSubVectors: number
}

export interface Lance {
  connect(folder: string): Promise<LanceConnection>
  readonly Index: { ivfPq(options: IvfPqOptions): unknown }
}

export interface LoadedLance {
  readonly lance: Lance
  readonly arrow: Arrow
}

const name = '@lancedb/lancedb'

/** From where it is looked for: beside this package, then where the command is run, as by npx from elsewhere. */
const places = () => [
  import.meta.url ?? pathToFileURL(__filename).href,
  pathToFileURL(join(process.cwd(), 'package.json')).href,
]

let loaded: LoadedLance | undefined

/**
 * LanceDB, which keeps indices of vectors, and the Arrow that it reads. Loaded when an index is asked for.
 *
 * @param from files or addresses from which it is looked for, in their order
 * @throws ChiaroError 'backend' with the npm install line when it can't be loaded
 */
export function loadLance(from: readonly string[] = places()): LoadedLance {
  if (loaded !== undefined) return loaded
  // It would say on stderr that a new table is new.
  process.env.LANCEDB_LOG ??= 'error'
  let problem: unknown
  for (const place of from) {
    try {
      const require = nodeModule.createRequire(place)
      const lance = require(name) as Lance
      // Its own copy: another one's tables it would have to copy first.
      const arrow = nodeModule.createRequire(require.resolve(name))('apache-arrow') as Arrow
      loaded = { lance, arrow }
      return loaded
    } catch (error) {
      problem ??= error
    }
  }
  const detail = problem instanceof Error ? problem.message.split('\n')[0] : String(problem)
  throw new ChiaroError(
    'backend',
    `@chiaro/data/node: LanceDB, which keeps indices of vectors, can't be loaded; npm install ${name}@~0.37.1 (${detail})`,
    undefined,
    { cause: problem },
  )
}
