import { backendReport } from '@chiaro/backend'
import { ChiaroError } from '@chiaro/core'
import { type Checkpoint, type CheckpointState, decodeSafetensors, encodeSafetensors } from '@chiaro/train'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'

const schemaVersion = 1
/** The folder in the ZIP. */
export const runFolder = 'run'

/** What a run folder of the `chiaro` command says of a run. */
export interface FolderOfRun {
  /** As the command names it: "simclr", "clip". */
  readonly task: string
  readonly config: object
  readonly seed: number
  readonly checkpoint: Checkpoint
}

/** A run as a ZIP of the folder that the command would have written; `beside` are more files in it, by name. */
export async function encodeRunFolder(
  { task, config, seed, checkpoint }: FolderOfRun,
  beside: Readonly<Record<string, Uint8Array>> = {},
): Promise<Uint8Array> {
  const { step } = checkpoint
  const { backend, wasm } = await backendReport()
  const info = {
    schemaVersion,
    task,
    config,
    seed,
    backend: { name: backend, kernels: wasm?.kernelBuild },
    packages: {},
  }
  const metadata = { step: String(step) }
  const at = `${runFolder}/checkpoints/${step}`
  const files: Record<string, Uint8Array> = {
    [`${runFolder}/run.json`]: json(info),
    [`${runFolder}/latest.json`]: json({ step }),
    [`${at}/model.safetensors`]: encodeSafetensors(checkpoint.model, metadata),
    [`${at}/optimizer.safetensors`]: encodeSafetensors(checkpoint.optimizer, metadata),
    [`${at}/state.json`]: json({ schemaVersion, step, ...checkpoint.state }),
  }
  for (const [name, bytes] of Object.entries(beside)) files[`${runFolder}/${name}`] = bytes
  return zipSync(files, { level: 1 })
}

/** A run folder that was read, and its other files by name. */
export interface ReadFolder extends FolderOfRun {
  readonly file: (name: string) => Uint8Array | undefined
}

/**
 * Reads what `encodeRunFolder` wrote, or a run folder of the command that was packed as a ZIP.
 *
 * @throws ChiaroError ('run') in words for the page, also for a run of another task
 */
export function decodeRunFolder(bytes: Uint8Array, task: string, title: string): ReadFolder {
  const files = unpacked(bytes)
  const file = (name: string) =>
    files[Object.keys(files).find(path => path === name || path.endsWith(`/${name}`)) ?? '']
  const needed = (name: string): Uint8Array => {
    const found = file(name)
    if (found !== undefined) return found
    throw cannotOpen(`it has no ${name}`)
  }
  const info = parsed(needed('run.json'), 'run.json')
  if (info.task !== task) throw cannotOpen(`it is a run of the task “${info.task}”, no ${title} run`)
  const { step } = parsed(needed('latest.json'), 'latest.json') as { step: number }
  const state = parsed(needed(`checkpoints/${step}/state.json`), 'state.json')
  const { schemaVersion: version, step: _, ...rest } = state
  if (version !== schemaVersion)
    throw cannotOpen(`its version is ${version}, and this page reads ${schemaVersion}`)
  return {
    task,
    config: info.config as object,
    seed: Number(info.seed),
    checkpoint: {
      step,
      model: decodeSafetensors(needed(`checkpoints/${step}/model.safetensors`)).tensors,
      optimizer: decodeSafetensors(needed(`checkpoints/${step}/optimizer.safetensors`)).tensors,
      state: rest as CheckpointState,
    },
    file,
  }
}

function unpacked(bytes: Uint8Array): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(bytes)
  } catch (error) {
    throw cannotOpen('it is no ZIP file, or a damaged one', error)
  }
}

function parsed(bytes: Uint8Array, name: string): Record<string, unknown> {
  try {
    return JSON.parse(strFromU8(bytes))
  } catch (error) {
    throw cannotOpen(`its ${name} is damaged`, error)
  }
}

const json = (value: unknown) => strToU8(`${JSON.stringify(value, null, 2)}\n`)

/** Why a file can't be opened, in words for the page. */
export function cannotOpen(problem: string, cause?: unknown): ChiaroError {
  return new ChiaroError('run', `This file can’t be opened: ${problem}.`, 'file', { cause })
}
