import { ChiaroError } from '@chiaro/core'
import type { Checkpoint } from '../checkpoint.ts'
import {
  type CheckpointFiles,
  checkpointFileNames,
  decodeCheckpoint,
  decodeLatest,
  encodeCheckpoint,
  encodeLatest,
} from './checkpoint-files.ts'
import { decodeJsonObject, encodeJson } from './json-file.ts'
import { decodeRunInfo, encodeRunInfo, type NewRun, type RunInfo } from './run-info.ts'

/** A run as plain data: what its folder holds. */
export interface SavedRun {
  readonly info: NewRun
  readonly latest: Checkpoint
  /** The checkpoint that validation found best, which may be the latest; absent where nothing chose one. */
  readonly best?: Checkpoint
  /** `report.json`. */
  readonly report?: Readonly<Record<string, unknown>>
  /** Other files of the folder, by their paths in it. */
  readonly beside?: Readonly<Record<string, Uint8Array>>
}

/** What was read. */
export interface ReadRun extends SavedRun {
  readonly info: RunInfo
  readonly beside: Readonly<Record<string, Uint8Array>>
}

/**
 * The files of a run folder, by their paths in it: run.json, latest.json, checkpoints/<step>/…, report.json. Node writes
 * them to a disk, a page packs them into a ZIP, a program keeps them where it likes.
 *
 * @example
 * ```ts
 * import { decodeRun, encodeRun } from '@chiaro/train'
 *
 * const info = { task: 'demo', config: {}, seed: 1, backend: { name: 'cpu' }, packages: {} }
 * const files = encodeRun({ info, latest: { step: 5, model: {}, optimizer: {}, state: {} } })
 * console.log([...files.keys()]) // run.json, latest.json, checkpoints/5/model.safetensors, …
 * console.log(decodeRun(files).latest.step) // 5
 * ```
 */
export function encodeRun({ info, latest, best, report, beside }: SavedRun): ReadonlyMap<string, Uint8Array> {
  const files = new Map(Object.entries(beside ?? {}))
  files.set('run.json', encodeRunInfo(info))
  files.set('latest.json', encodeLatest({ step: latest.step, best: best?.step }))
  for (const checkpoint of best === undefined || best.step === latest.step ? [latest] : [best, latest]) {
    for (const [name, bytes] of Object.entries(encodeCheckpoint(checkpoint))) {
      files.set(`checkpoints/${checkpoint.step}/${name}`, bytes)
    }
  }
  if (report !== undefined) files.set('report.json', encodeJson(report))
  return files
}

/**
 * Reads what `encodeRun` made, or the files of a run folder that Node wrote. The folder may lie in others, as in a ZIP
 * of it.
 *
 * @throws ChiaroError ('run') that names the file which is missing or damaged; for the files of two runs
 * @see `encodeRun` for an example
 */
export function decodeRun(files: ReadonlyMap<string, Uint8Array>): ReadRun {
  const folder = folderOf(files)
  const paths = [...files.keys()].filter(path => path.startsWith(folder))
  const file = (name: string): Uint8Array => {
    const bytes = files.get(`${folder}${name}`)
    if (bytes === undefined)
      throw new ChiaroError('run', `${name}: must be a file of the run, there is none`, name)
    return bytes
  }
  const info = decodeRunInfo('run.json', file('run.json'))
  const { step, best } = decodeLatest('latest.json', file('latest.json'))
  const checkpoint = (of: number) => {
    const path = `checkpoints/${of}`
    const parts = checkpointFileNames.map(name => [name, file(`${path}/${name}`)])
    return decodeCheckpoint(path, of, Object.fromEntries(parts) as CheckpointFiles)
  }
  const latest = checkpoint(step)
  const hasReport = files.has(`${folder}report.json`)
  const own = /^(run|latest|report)\.json$|^checkpoints\//
  const others = paths.map(path => path.slice(folder.length)).filter(path => !own.test(path))
  return {
    info,
    latest,
    best: best === step ? latest : best === undefined ? undefined : checkpoint(best),
    report: hasReport ? decodeJsonObject('report.json', file('report.json')) : undefined,
    beside: Object.fromEntries(others.map(path => [path, file(path)])),
  }
}

/** What lies before the names of the run's own files: "" or "some/folder/". A run may hold another one deeper. */
function folderOf(files: ReadonlyMap<string, Uint8Array>): string {
  const found = [...files.keys()].filter(path => path === 'run.json' || path.endsWith('/run.json'))
  const depths = found.map(path => path.split('/').length)
  const [outermost = 'run.json', another] = found.filter((_, i) => depths[i] === Math.min(...depths))
  if (another === undefined) return outermost.slice(0, -'run.json'.length)
  const message = `run.json: must be of one run, got ${outermost} and ${another}`
  throw new ChiaroError('run', message, 'run.json')
}
