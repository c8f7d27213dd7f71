import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { readJsonObject } from './read-json.ts'
import { readableJson, replaceFile } from './write-file.ts'

/** The version of the run folder's layout that this code writes, and reads. */
export const runSchemaVersion = 1

/** `run.json`: what a run is, written once, before its first step. */
export interface RunInfo {
  readonly schemaVersion: typeof runSchemaVersion
  /** "clip", "simclr", … */
  readonly task: string
  /** All that training was told, as JSON. */
  readonly config: Readonly<Record<string, unknown>>
  readonly seed: number
  /** The backend's name and the build of its kernels: bits are the same for the same two. */
  readonly backend: { readonly name: string; readonly kernels?: string }
  /** Versions by package name. */
  readonly packages: Readonly<Record<string, string>>
}

/**
 * Makes a run folder with its `run.json`.
 *
 * @throws ChiaroError ('run') when the folder holds a run already
 */
export async function createRun(folder: string, info: Omit<RunInfo, 'schemaVersion'>): Promise<RunInfo> {
  const path = join(folder, 'run.json')
  await mkdir(join(folder, 'checkpoints'), { recursive: true })
  if (await exists(path)) {
    throw new ChiaroError('run', `createRun: folder must hold no run yet, got ${folder}`, 'folder')
  }
  const { task, config, seed, backend, packages } = info
  const run: RunInfo = { schemaVersion: runSchemaVersion, task, config, seed, backend, packages }
  await replaceFile(path, readableJson(run))
  return run
}

/**
 * Reads `run.json`.
 *
 * @throws ChiaroError ('run') when there is none, or it is of another version or lacks a field
 */
export async function readRun(folder: string): Promise<RunInfo> {
  const path = join(folder, 'run.json')
  const run = await readJsonObject(path)
  if (run.schemaVersion !== runSchemaVersion) {
    const got = JSON.stringify(run.schemaVersion)
    throw new ChiaroError('run', `${path}: schemaVersion must be ${runSchemaVersion}, got ${got}`, path)
  }
  const types = { task: 'string', config: 'object', seed: 'number', backend: 'object', packages: 'object' }
  for (const [field, type] of Object.entries(types)) {
    const value = run[field]
    if (typeof value === type && value !== null) continue
    throw new ChiaroError(
      'run',
      `${path}: ${field} must be of type ${type}, got ${JSON.stringify(value)}`,
      path,
    )
  }
  return run as unknown as RunInfo
}

/** Writes `report.json`, the run's results. */
export async function writeReport(folder: string, report: unknown): Promise<void> {
  await replaceFile(join(folder, 'report.json'), readableJson(report))
}

/**
 * Adds fields to `report.json`, which is made if there is none.
 *
 * @throws ChiaroError ('run') when the report there is damaged
 */
export async function mergeReport(folder: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const path = join(folder, 'report.json')
  const before = (await exists(path)) ? await readJsonObject(path) : {}
  await writeReport(folder, { ...before, ...fields })
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
