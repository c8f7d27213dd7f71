import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { decodeJsonObject, encodeJson } from '../run/json-file.ts'
import { decodeRunInfo, encodeRunInfo, type NewRun, type RunInfo } from '../run/run-info.ts'
import { readRunFile } from './read-run-file.ts'
import { replaceFile } from './write-file.ts'

/**
 * Makes a run folder with its `run.json`.
 *
 * @throws ChiaroError ('run') when the folder holds a run already
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createRun, readRun, refuseRun } from '@chiaro/train/node'
 *
 * const folder = join(await mkdtemp(join(tmpdir(), 'runs-')), 'first')
 * await refuseRun(folder) // before long work: throws where createRun would after it
 * const config = { steps: 100 }
 * await createRun(folder, { task: 'demo', config, seed: 1, backend: { name: 'cpu' }, packages: {} })
 * console.log((await readRun(folder)).config) // { steps: 100 }
 * ```
 */
export async function createRun(folder: string, info: NewRun): Promise<void> {
  await refuseRun(folder)
  await mkdir(join(folder, 'checkpoints'), { recursive: true })
  await replaceFile(join(folder, 'run.json'), encodeRunInfo(info))
}

/**
 * @throws ChiaroError ('run') when the folder holds a run already: what `createRun` would say after long work
 *
 * @see `createRun` for an example
 */
export async function refuseRun(folder: string): Promise<void> {
  if (!(await exists(join(folder, 'run.json')))) return
  throw new ChiaroError('run', `createRun: folder must hold no run yet, got ${folder}`, 'folder')
}

/**
 * Reads `run.json`.
 *
 * @throws ChiaroError ('run') when there is none, or it is of another version or lacks a field
 * @see `createRun` for an example
 */
export async function readRun(folder: string): Promise<RunInfo> {
  const path = join(folder, 'run.json')
  return decodeRunInfo(path, await readRunFile(path))
}

/**
 * Writes `report.json`, the run's results.
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { hasReport, mergeReport, writeReport } from '@chiaro/train/node'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'run-'))
 * await writeReport(folder, { loss: 1.2 })
 * await mergeReport(folder, { accuracy: 0.9 }) // report.json has both now
 * console.log(await hasReport(folder)) // true: the run is done
 * ```
 */
export async function writeReport(folder: string, report: unknown): Promise<void> {
  await replaceFile(join(folder, 'report.json'), encodeJson(report))
}

/**
 * Whether a run has its report: it is written last of all.
 *
 * @see `writeReport` for an example
 */
export async function hasReport(folder: string): Promise<boolean> {
  return exists(join(folder, 'report.json'))
}

/**
 * Adds fields to `report.json`, which is made if there is none.
 *
 * @throws ChiaroError ('run') when the report there is damaged
 * @see `writeReport` for an example
 */
export async function mergeReport(folder: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const path = join(folder, 'report.json')
  const before = (await exists(path)) ? decodeJsonObject(path, await readRunFile(path)) : {}
  await writeReport(folder, { ...before, ...fields })
}

/** A file that can't be looked at is not one that is missing. */
async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false
      throw error
    },
  )
}
