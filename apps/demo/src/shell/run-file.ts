import { ChiaroError } from '@chiaro/core'
import { newRun } from '@chiaro/tasks'
import { type Checkpoint, packRun, type ReadRun, unpackRun } from '@chiaro/train'

/** A lab's task, by the name that people know it by too. */
export interface NamedTask {
  readonly task: { readonly name: string; readonly formerly?: readonly string[] }
  readonly title: string
}

/** What a run file is made of. */
export interface RunToSave {
  readonly config: object
  readonly seed: number
  readonly checkpoint: Checkpoint
  readonly beside?: Readonly<Record<string, Uint8Array>>
}

/** A run as a ZIP of the folder that the command would have written. */
export async function encodeRunFile(
  { task }: NamedTask,
  { config, seed, checkpoint, beside }: RunToSave,
): Promise<Uint8Array> {
  return packRun({ info: await newRun(task.name, config, seed), latest: checkpoint, beside })
}

/**
 * Reads what `encodeRunFile` wrote, or a run folder of the command that was packed as a ZIP.
 *
 * @throws ChiaroError ('run') in words for the page, also for a run of another task
 */
export function decodeRunFile(
  { task: { name, formerly = [] }, title }: NamedTask,
  bytes: Uint8Array,
): { readonly run: ReadRun; readonly seed: number } {
  const run = unpacked(bytes)
  const { task, seed } = run.info
  if (![name, ...formerly].includes(task)) {
    throw cannotOpen(`it is a run of the task “${task}”, no ${title} run`)
  }
  if (typeof seed === 'number') return { run, seed }
  const [high, low] = seed
  if (high !== 0) throw cannotOpen('its key is none that a seed of this page gives')
  return { run, seed: low }
}

function unpacked(bytes: Uint8Array): ReadRun {
  try {
    return unpackRun(bytes)
  } catch (error) {
    if (!(error instanceof ChiaroError)) throw error
    const { argument = 'run.json', message } = error
    if (argument === 'bytes') throw cannotOpen('it is no ZIP file, or a damaged one', error)
    if (/there is none$/.test(message)) throw cannotOpen(`it has no ${argument}`, error)
    throw cannotOpen(`its ${message}`, error)
  }
}

/** Why a file can't be opened, in words for the page. */
export function cannotOpen(problem: string, cause?: unknown): ChiaroError {
  return new ChiaroError('run', `This file can’t be opened: ${problem}.`, 'file', { cause })
}
