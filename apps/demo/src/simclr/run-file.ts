import { backendReport } from '@chiaro/backend'
import { ChiaroError } from '@chiaro/core'
import { decodeIdx } from '@chiaro/data'
import { type Checkpoint, type CheckpointState, decodeSafetensors, encodeSafetensors } from '@chiaro/train'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { type RunConfig, settingsOf } from './config.ts'
import { encodeIdx } from './idx.ts'
import type { Pictures } from './pictures.ts'
import type { Settings } from './settings.ts'

/** What a run file holds; pictures only if the page wrote it. */
export interface SavedRun {
  readonly settings: Settings
  readonly config: RunConfig
  readonly checkpoint: Checkpoint
  readonly pictures?: Pictures
}

const schemaVersion = 1
const folder = 'run'

/**
 * A run as a ZIP of the folder that `chiaro train simclr` would have written, with its pictures beside: unpacked,
 * `chiaro embed`, `chiaro evaluate` and, from where the folder lies, `chiaro resume` take it. `config.demo` has what the page
 * knows besides.
 */
export async function encodeRun(run: SavedRun & { readonly pictures: Pictures }): Promise<Uint8Array> {
  const { settings, config, checkpoint, pictures } = run
  const { step } = checkpoint
  const { backend, wasm } = await backendReport()
  const { names, classes, labels } = pictures
  const info = {
    schemaVersion,
    task: 'simclr',
    config: {
      ...config,
      source: { kind: 'idx', file: `${folder}/pictures.idx` },
      demo: { source: settings.source, names, classes },
    },
    seed: settings.seed,
    backend: { name: backend, kernels: wasm?.kernelBuild },
    packages: {},
  }
  const metadata = { step: String(step) }
  const at = `${folder}/checkpoints/${step}`
  const files: Record<string, Uint8Array> = {
    [`${folder}/run.json`]: json(info),
    [`${folder}/latest.json`]: json({ step }),
    [`${folder}/pictures.idx`]: encodeIdx(pictures.data, pictures.shape),
    [`${at}/model.safetensors`]: encodeSafetensors(checkpoint.model, metadata),
    [`${at}/optimizer.safetensors`]: encodeSafetensors(checkpoint.optimizer, metadata),
    [`${at}/state.json`]: json({ schemaVersion, step, ...checkpoint.state }),
  }
  if (labels !== undefined) {
    files[`${folder}/labels.idx`] = encodeIdx(Uint8Array.from(labels), [labels.length])
  }
  return zipSync(files, { level: 1 })
}

/**
 * Reads what `encodeRun` wrote, or a run folder of `chiaro train simclr` that was packed as a ZIP.
 *
 * @throws ChiaroError ('run') in words for the page
 */
export function decodeRun(bytes: Uint8Array): SavedRun {
  const files = unpacked(bytes)
  const find = (name: string) => Object.keys(files).find(path => path === name || path.endsWith(`/${name}`))
  const file = (name: string): Uint8Array => {
    const found = find(name)
    if (found !== undefined) return files[found]
    throw broken(`it has no ${name}`)
  }
  const info = parsed(file('run.json'), 'run.json')
  if (info.task !== 'simclr') throw broken(`it is a run of the task “${info.task}”, no SimCLR run`)
  const config = info.config as unknown as RunConfig & { readonly demo?: Demo }
  const { step } = parsed(file('latest.json'), 'latest.json') as { step: number }
  const state = parsed(file(`checkpoints/${step}/state.json`), 'state.json')
  const { schemaVersion: version, step: _, ...rest } = state
  if (version !== schemaVersion)
    throw broken(`its version is ${version}, and this page reads ${schemaVersion}`)
  const { demo, shape, encoder, head, training } = config
  return {
    settings: settingsOf(config, Number(info.seed), demo?.source ?? 'shapes'),
    config: { shape, encoder, head, training },
    pictures: demo && storedPictures(file('pictures.idx'), find('labels.idx') && file('labels.idx'), demo),
    checkpoint: {
      step,
      model: decodeSafetensors(file(`checkpoints/${step}/model.safetensors`)).tensors,
      optimizer: decodeSafetensors(file(`checkpoints/${step}/optimizer.safetensors`)).tensors,
      state: rest as CheckpointState,
    },
  }
}

interface Demo extends Pick<Pictures, 'names' | 'classes'> {
  readonly source: Settings['source']
}

function storedPictures(bytes: Uint8Array, labels: Uint8Array | '' | undefined, demo: Demo): Pictures {
  const { names, classes } = demo
  const { shape, values } = decodeIdx(bytes)
  if (!(values instanceof Uint8Array) || shape.length !== 4) throw broken('its pictures are damaged')
  const [count, height, width, channels] = shape
  const known = labels ? { labels: Int32Array.from(decodeIdx(labels).values), classes } : {}
  return { data: values, shape: [count, height, width, channels], names, ...known }
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
