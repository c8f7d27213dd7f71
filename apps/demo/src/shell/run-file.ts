import { ChiaroError } from '@chiaro/core'
import { newRun } from '@chiaro/tasks'
import { type Checkpoint, type DataFingerprint, packRun, type ReadRun, unpackRun } from '@chiaro/train'

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
  /** What tells its data from others, where they don't lie beside it. */
  readonly data?: DataFingerprint
  readonly beside?: Readonly<Record<string, Uint8Array>>
}

/** A run as a ZIP of the folder that the command would have written. */
export async function encodeRunFile(
  { task }: NamedTask,
  { config, seed, checkpoint, data, beside }: RunToSave,
): Promise<Uint8Array> {
  const info = { ...(await newRun(task.name, config, seed)), data }
  return packRun({ info, latest: checkpoint, beside })
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
    const { argument = 'run.json' } = error
    const message = error.message.replace(/^unpackRun: /, '')
    if (argument === 'bytes') throw cannotOpen(message.replace(/^bytes/, 'it'), error)
    if (/there is none$/.test(message)) throw cannotOpen(`it has no ${argument}`, error)
    throw cannotOpen(`its ${message}`, error)
  }
}

/** Why a file can't be opened, as the end of a sentence of the page. */
export function cannotOpen(problem: string, cause?: unknown): ChiaroError {
  return new ChiaroError('run', problem, 'file', { cause })
}

/** Files of more bytes are not read. */
const largest = 2 ** 29

/**
 * The bytes of a run file, and what is made of them.
 *
 * @throws ChiaroError ('run') that names the file and says why it can't be opened
 */
export async function openRunFile<T>(file: File, make: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  try {
    const [megabytes, most] = [file.size, largest].map(size => Math.ceil(size / 2 ** 20))
    if (file.size > largest) {
      throw cannotOpen(
        `it has ${megabytes.toLocaleString('en-GB')} MB, and this page reads ${most} MB at most`,
      )
    }
    const bytes = await file.arrayBuffer().catch(cause => {
      throw cannotOpen(`it can’t be read (${reasonOf(cause)})`, cause)
    })
    return await make(new Uint8Array(bytes))
  } catch (cause) {
    if (cause instanceof ChiaroError && cause.code === 'out-of-memory') throw cause
    const message = `${file.name} can’t be opened: ${reasonOf(cause).replace(/\.$/, '')}.`
    throw new ChiaroError('run', message, 'file', { cause })
  }
}

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))
