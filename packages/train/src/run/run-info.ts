import { ChiaroError } from '@chiaro/core'
import { decodeSealed, encodeSealed } from './json-file.ts'

/** The version of the run folder's layout that this code writes, and reads. */
export const runSchemaVersion = 1

/** `run.json`: what a run is, written once, before its first step. */
export interface RunInfo {
  readonly schemaVersion: typeof runSchemaVersion
  /** "clip", "simclr", … */
  readonly task: string
  /** All that training was told, as JSON. */
  readonly config: Readonly<Record<string, unknown>>
  /** The recipe that it began from, "toy-2d@1", where it did. */
  readonly recipe?: string
  /** What `key` makes the run's key of: a number, or the two words of a key. */
  readonly seed: number | readonly [high: number, low: number]
  /** The backend's name and the build of its kernels: bits are the same for the same two. */
  readonly backend: { readonly name: string; readonly kernels?: string }
  /** Versions by package name. */
  readonly packages: Readonly<Record<string, string>>
  /** How many ranks trained it at first, and what carried their numbers; absent where there was one. */
  readonly ranks?: { readonly size: number; readonly library: string; readonly abi: string }
  /** What tells the data from others: names, counts, hashes. Absent in runs of programs and of before. */
  readonly data?: DataFingerprint
}

/** What is known of data, each under its name: { rows: 400, columns: "x, y", contents: "sha256 …" }. */
export type DataFingerprint = Readonly<Record<string, string | number>>

/** The bytes of `run.json`. */
export function encodeRunInfo(run: NewRun): Uint8Array {
  const { task, config, recipe, seed, backend, packages, ranks, data } = run
  return encodeSealed({
    schemaVersion: runSchemaVersion,
    task,
    config,
    recipe,
    seed,
    backend,
    packages,
    ranks,
    data,
  })
}

/** What a new run is told. */
export type NewRun = Omit<RunInfo, 'schemaVersion'>

/** Reads `run.json`. @throws ChiaroError ('run') when it is of another version or lacks a field */
export function decodeRunInfo(path: string, bytes: Uint8Array): RunInfo {
  const run = decodeSealed(path, bytes, ({ schemaVersion }) => {
    if (schemaVersion === runSchemaVersion) return
    const got = JSON.stringify(schemaVersion)
    throw new ChiaroError('run', `${path}: schemaVersion must be ${runSchemaVersion}, got ${got}`, path)
  })
  const types = { task: 'string', config: 'object', backend: 'object', packages: 'object' }
  for (const [field, type] of Object.entries(types)) {
    const value = run[field]
    if (typeof value === type && value !== null) continue
    const got = JSON.stringify(value)
    throw new ChiaroError('run', `${path}: ${field} must be of type ${type}, got ${got}`, path)
  }
  const words = Array.isArray(run.seed) && run.seed.length === 2 ? run.seed : [run.seed]
  if (!words.every(word => typeof word === 'number')) {
    const got = JSON.stringify(run.seed)
    throw new ChiaroError(
      'run',
      `${path}: seed must be a number, or the two words of a key, got ${got}`,
      path,
    )
  }
  return run as unknown as RunInfo
}
