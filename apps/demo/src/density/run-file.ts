import { backendReport } from '@chiaro/backend'
import { ChiaroError } from '@chiaro/core'
import {
  type Checkpoint,
  type CheckpointState,
  decodeSafetensors,
  encodeSafetensors,
  type HostTensor,
} from '@chiaro/train'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import type { OwnRows } from './messages.ts'
import { learnsLogPartition, type ModelSpec, shift } from './model.ts'
import type { RunRows } from './rows.ts'
import { batchSize } from './run.ts'
import type { Settings } from './settings.ts'

/** What a run file holds. */
export interface SavedRun {
  readonly settings: Settings
  readonly own?: OwnRows
  readonly checkpoint: Checkpoint
}

export interface RunToSave extends SavedRun {
  readonly rows: RunRows
  readonly spec: ModelSpec
  /** What stands in for log Z where the objective does not learn it; the network's last bias is then 0. */
  readonly logPartition: number
}

const schemaVersion = 1
const folder = 'run'

/**
 * A run as a ZIP of the folder that `chiaro train ebm` would have written: unpacked, `chiaro sample` and `chiaro score`
 * read it if its energy is the network. `config.demo` has the page's own settings, and `rows.safetensors` the user's rows.
 */
export async function encodeRun(run: RunToSave): Promise<Uint8Array> {
  const { settings, own, rows, spec, checkpoint, logPartition } = run
  const { step } = checkpoint
  const { backend, wasm } = await backendReport()
  const fixed: Record<string, HostTensor> = {
    logPartition: { dtype: 'float32', shape: [], values: Float32Array.of(logPartition) },
  }
  if (spec.energy === 'network') {
    fixed[shift] = { dtype: 'float32', shape: [1], values: Float32Array.of(0) }
  }
  const info = {
    schemaVersion,
    task: 'ebm',
    config: {
      encoding: { columns: rows.encoding.map(column => ({ ...column, kind: 'numeric' })) },
      order: rows.encoding.map(({ name }) => name),
      noise: spec.base,
      energy: { kind: spec.energy, widths: spec.widths },
      training: {
        steps: settings.steps,
        batchSize,
        noiseRatio: settings.noiseRatio,
        learningRate: settings.learningRate,
        warmupSteps: 100,
        weightDecay: 0,
        jitter: 0,
        validateEvery: settings.steps,
        checkpointEvery: settings.steps,
      },
      source: { table: settings.source, impute: false, validationShare: 0, heldOutShare: 0 },
      demo: settings,
    },
    seed: settings.seed,
    backend: { name: backend, kernels: wasm?.kernelBuild },
    packages: {},
  }
  const metadata = { step: String(step) }
  const at = `${folder}/checkpoints/${step}`
  const files: Record<string, Uint8Array> = {
    [`${folder}/run.json`]: json(info),
    [`${folder}/latest.json`]: json({ step, best: step }),
    [`${at}/model.safetensors`]: encodeSafetensors({ ...fixed, ...checkpoint.model }, metadata),
    [`${at}/optimizer.safetensors`]: encodeSafetensors(checkpoint.optimizer, metadata),
    [`${at}/state.json`]: json({ schemaVersion, step, ...checkpoint.state }),
  }
  if (own !== undefined) {
    const tensor = { dtype: 'float32', shape: [own.values.length / 2, 2], values: own.values } as const
    const names = { x: own.names[0], y: own.names[1] }
    files[`${folder}/rows.safetensors`] = encodeSafetensors({ rows: tensor }, names)
  }
  return zipSync(files)
}

/**
 * Reads what `encodeRun` wrote.
 *
 * @throws ChiaroError ('run') in words for the page
 */
export function decodeRun(bytes: Uint8Array): SavedRun {
  const files = unpacked(bytes)
  const file = (name: string): Uint8Array => {
    const found = Object.keys(files).find(path => path === name || path.endsWith(`/${name}`))
    if (found !== undefined) return files[found]
    throw broken(`it has no ${name}`)
  }
  const info = parsed(file('run.json'), 'run.json')
  const settings = (info.config as { demo?: Settings } | undefined)?.demo
  if (info.task !== 'ebm' || settings === undefined) {
    throw broken('it is no run of the density lab; the command’s own runs do not bring their table along')
  }
  const { step } = parsed(file('latest.json'), 'latest.json') as { step: number }
  const state = parsed(file(`checkpoints/${step}/state.json`), 'state.json')
  const { schemaVersion: version, step: _, ...rest } = state
  if (version !== schemaVersion)
    throw broken(`its version is ${version}, and this page reads ${schemaVersion}`)
  const { tensors } = decodeSafetensors(file(`checkpoints/${step}/model.safetensors`))
  const { logPartition: _z, [shift]: _shift, ...slopes } = tensors
  const learned = learnsLogPartition(settings.objective)
  const own = ['drawn', 'file'].includes(settings.source) ? ownRows(file('rows.safetensors')) : undefined
  return {
    settings,
    own,
    checkpoint: {
      step,
      model: learned ? tensors : slopes,
      optimizer: decodeSafetensors(file(`checkpoints/${step}/optimizer.safetensors`)).tensors,
      state: rest as CheckpointState,
    },
  }
}

function ownRows(bytes: Uint8Array): OwnRows {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const values = tensors.rows?.values
  if (!(values instanceof Float32Array)) throw broken('its rows.safetensors has no rows')
  return { values, names: [metadata.x ?? 'x', metadata.y ?? 'y'] }
}

function unpacked(bytes: Uint8Array): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(bytes)
  } catch (error) {
    throw broken('it is no ZIP file, or a damaged one', error)
  }
}

function parsed(bytes: Uint8Array, name: string): Record<string, unknown> {
  try {
    return JSON.parse(strFromU8(bytes))
  } catch (error) {
    throw broken(`its ${name} is damaged`, error)
  }
}

const json = (value: unknown) => strToU8(`${JSON.stringify(value, null, 2)}\n`)

function broken(problem: string, cause?: unknown): ChiaroError {
  return new ChiaroError('run', `This file can’t be opened: ${problem}.`, 'file', { cause })
}
