import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ChiaroError, checkInteger } from '@chiaro/core'
import type { Checkpoint } from '../checkpoint.ts'
import type { Checkpoints } from '../fit-options.ts'
import {
  type CheckpointFiles,
  checkpointFileNames,
  decodeCheckpoint,
  decodeLatest,
  encodeCheckpoint,
  encodeLatest,
  type LatestCheckpoints,
} from '../run/checkpoint-files.ts'
import { isUnreadable, readRunFile, readRunFolder } from './read-run-file.ts'
import { replaceFile, syncFolder, writeDurably } from './write-file.ts'

export interface SaveCheckpointOptions {
  /** How many of the newest checkpoints stay; the best one stays besides. Default 2. */
  readonly keepLast?: number
  /** Whether this is the best so far. Default false. */
  readonly best?: boolean
}

/**
 * Writes `checkpoints/<step>/` (model.safetensors, optimizer.safetensors, state.json), then `latest.json`, then
 * removes what need not be kept. The folder is written under another name, synced and renamed: a checkpoint that
 * has its name is whole, whatever happened while it was written.
 *
 * @throws RangeError unless keepLast is a positive integer; ChiaroError ('run') where it can't be written (a full disk), with
 *   the checkpoints of before untouched
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { readTensors } from '@chiaro/train'
 * import { loadCheckpoint, saveCheckpoint } from '@chiaro/train/node'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'run-'))
 * const model = await readTensors({ w: tf.scalar(3) })
 * await saveCheckpoint(folder, { step: 1, model, optimizer: {}, state: {} }, { best: true })
 * await saveCheckpoint(folder, { step: 2, model, optimizer: {}, state: {} }, { keepLast: 1 })
 * console.log((await loadCheckpoint(folder)).step, (await loadCheckpoint(folder, 'best')).step) // 2, 1: the best stays
 * ```
 */
export async function saveCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  options: SaveCheckpointOptions = {},
): Promise<void> {
  const { keepLast = 2, best = false } = options
  checkInteger('saveCheckpoint', { keepLast }, { least: 1 })
  const { step } = checkpoint
  const all = join(folder, 'checkpoints')
  const partial = join(all, `${step}.partial`)
  await rm(partial, { recursive: true, force: true })
  try {
    await mkdir(partial, { recursive: true })
    for (const [name, bytes] of Object.entries(encodeCheckpoint(checkpoint))) {
      await writeDurably(join(partial, name), bytes)
    }
    await syncFolder(partial)
    await removeCheckpoint(all, String(step))
    await rename(partial, join(all, String(step)))
    await syncFolder(all)
  } catch (error) {
    // A disk that is full must not stay so by what could not be written.
    await rm(partial, { recursive: true, force: true }).catch(() => {})
    const message = `${folder}: the checkpoint of step ${step} must be saved, got ${(error as Error).message}`
    throw new ChiaroError('run', message, 'folder', { cause: error })
  }
  // Where a disk has spoilt latest.json, the checkpoint itself knows which was best.
  const before = await latestIfAny(folder).catch(
    () => checkpoint.state.best && { best: checkpoint.state.best.step },
  )
  const bestStep = best ? step : before?.best
  const latest: LatestCheckpoints = { step, best: bestStep }
  await replaceFile(join(folder, 'latest.json'), encodeLatest(latest))
  await prune(all, keepLast, latest)
}

/**
 * The `checkpoints` option of `fit` that saves into a run folder.
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { key } from '@chiaro/random'
 * import { constant, fit, sgd } from '@chiaro/train'
 * import { checkpointsIn, loadCheckpoint } from '@chiaro/train/node'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'run-'))
 * const w = tf.variable(tf.scalar(1))
 * const options = {
 *   parameters: { w },
 *   batches: (firstStep: number) => Array.from({ length: 4 }, (_, i) => firstStep + i),
 *   loss: () => tf.square(w),
 *   ...{ optimizer: sgd({ momentum: 0.9 }), schedule: constant(0.1), key: key(1) },
 *   checkpoints: checkpointsIn(folder, { every: 2, keepLast: 1 }),
 * }
 * for await (const _ of fit({ ...options, steps: 2 })) {
 * }
 * for await (const { step } of fit({ ...options, steps: 4, start: await loadCheckpoint(folder) })) console.log(step) // 3, 4
 * ```
 */
export function checkpointsIn(
  folder: string,
  options: { readonly every?: number; readonly keepLast?: number } = {},
): Checkpoints {
  const { every, keepLast } = options
  return { every, save: (checkpoint, { best }) => saveCheckpoint(folder, checkpoint, { keepLast, best }) }
}

/**
 * Reads `latest.json`.
 *
 * @throws ChiaroError ('run') when there is none or it is damaged
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { readLatest, saveCheckpoint } from '@chiaro/train/node'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'run-'))
 * await saveCheckpoint(folder, { step: 7, model: {}, optimizer: {}, state: {} })
 * console.log(await readLatest(folder)) // { step: 7 }: no validation chose a best one
 * ```
 */
export async function readLatest(folder: string): Promise<LatestCheckpoints> {
  const path = join(folder, 'latest.json')
  return decodeLatest(path, await readRunFile(path))
}

/**
 * Reads a checkpoint: the latest, the best, or that of a step.
 *
 * @throws ChiaroError ('run') when it does not exist or one of its files is damaged
 * @see `saveCheckpoint` for an example
 */
export async function loadCheckpoint(
  folder: string,
  which: 'latest' | 'best' | number = 'latest',
): Promise<Checkpoint> {
  const step =
    typeof which === 'number' ? which : (await readLatest(folder))[which === 'best' ? 'best' : 'step']
  if (step === undefined) {
    throw new ChiaroError('run', `loadCheckpoint: ${folder} must have a best checkpoint, got none`, 'which')
  }
  const path = join(folder, 'checkpoints', String(step))
  const files = checkpointFileNames.map(async name => [name, await readRunFile(join(path, name))])
  return decodeCheckpoint(path, step, Object.fromEntries(await Promise.all(files)) as CheckpointFiles)
}

export interface WholeCheckpoint {
  /** Absent where none was ever made. */
  readonly checkpoint?: Checkpoint
  /** What is wrong with newer ones, the newest first. */
  readonly damaged: readonly ChiaroError[]
}

/**
 * The newest checkpoint that is whole, from the latest on backwards: what a run that was killed goes on from. No crash of
 * ours leaves a damaged one, a disk may.
 *
 * @throws ChiaroError ('run') where one is there that the system won't read (its rights, the disk, a drive that is away),
 *   and where all are damaged: a run never begins anew over what it has
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { latestWholeCheckpoint, saveCheckpoint } from '@chiaro/train/node'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'run-'))
 * for (const step of [1, 2]) await saveCheckpoint(folder, { step, model: {}, optimizer: {}, state: {} })
 * await writeFile(join(folder, 'checkpoints/2/model.safetensors'), 'spoilt')
 * const { checkpoint, damaged } = await latestWholeCheckpoint(folder)
 * console.log(checkpoint?.step, damaged.map(({ message }) => message)) // 1, and what is wrong with 2
 * ```
 */
export async function latestWholeCheckpoint(folder: string): Promise<WholeCheckpoint> {
  const damaged: ChiaroError[] = []
  const orDamaged = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof ChiaroError) || isUnreadable(error)) throw error
      damaged.push(error)
      return undefined
    }
  }
  const names = await readRunFolder(folder)
  const latest = names.includes('latest.json') ? await orDamaged(() => readLatest(folder)) : undefined
  const steps = names.includes('checkpoints') ? stepsIn(await readRunFolder(join(folder, 'checkpoints'))) : []
  for (const step of steps) {
    if (latest !== undefined && step > latest.step) continue
    const checkpoint = await orDamaged(() => loadCheckpoint(folder, step))
    if (checkpoint !== undefined) return { checkpoint, damaged }
  }
  if (latest === undefined && damaged.length === 0 && steps.length === 0) return { damaged }
  const found = damaged.length > 0 ? damaged.map(({ message }) => message).join('; ') : 'there is none'
  const problem = `must have a whole checkpoint to go on from, and none is: ${found}`
  throw new ChiaroError('run', `${folder}: ${problem}. Nothing was changed`, 'folder')
}

/** The steps that folders are named by, the newest first. */
function stepsIn(names: readonly string[]): number[] {
  const steps = names.filter(name => /^\d+$/.test(name)).map(Number)
  return steps.toSorted((a, b) => b - a)
}

async function latestIfAny(folder: string): Promise<LatestCheckpoints | undefined> {
  const names = await readdir(folder)
  return names.includes('latest.json') ? readLatest(folder) : undefined
}

/** Keeps the newest up to the latest step, and the best; the rest, partial folders and later steps, goes. */
async function prune(all: string, keepLast: number, { step, best }: LatestCheckpoints): Promise<void> {
  const names = await readdir(all)
  const newest = stepsIn(names).filter(one => one <= step)
  const kept = new Set([...newest.slice(0, keepLast), step, best].map(String))
  for (const name of names) if (!kept.has(name)) await removeCheckpoint(all, name)
}

/** Takes the name away first, so that a removal cut short leaves no half checkpoint under it. */
async function removeCheckpoint(all: string, name: string): Promise<void> {
  const removed = join(all, `${name}.removed`)
  await rm(removed, { recursive: true, force: true })
  const gone = await rename(join(all, name), removed).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return false
    },
  )
  if (gone) await rm(removed, { recursive: true, force: true })
}
