import { ChiaroError, rangeError, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Backend, BackendName, GraphicsBackend } from './backend.ts'
import { backendNames, backendOf } from './backends.ts'
import { gradientFault } from './check-gradient.ts'
import type { WayToMultiplyAdd } from './engine-flags.ts'
import { loadBackend } from './load-backend.ts'

/** One backend, whether it was chosen, and the reason in words. */
export interface ConsideredBackend {
  readonly name: BackendName
  readonly chosen: boolean
  readonly reason: string
}

export interface BackendChoice {
  readonly chosen: BackendName
  /** Every backend Chiaro knows, in the order of preference: webgpu, webgl, wasm, cpu. */
  readonly considered: readonly ConsideredBackend[]
}

export interface UseBackendOptions {
  /**
   * The backends of the graphics card that a page may use: `webgpu` of '@chiaro/backend/webgpu', `webgl` of
   * '@chiaro/backend/webgl'. Given, so that whoever goes without them neither installs nor bundles them; Node finds what is
   * installed by itself.
   */
  readonly graphics?: readonly GraphicsBackend[]
  /**
   * Where tfjs's `.wasm` files are: the URL of a folder (in Node a path), or one for each file name. Default: beside the
   * modules of @chiaro/backend-wasm, whence most bundlers carry them along.
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>>
  /**
   * Threads of the wasm backend's kernels; the numbers are the same for any count. Default 'auto': the cores available,
   * at most 8, in Node and in cross-origin isolated pages; else one (`backendReport` says why). Other backends have
   * threads of their own.
   */
  readonly threads?: number | 'auto'
  /** How the wasm backend's kernels multiply and add. Default 'auto': in one instruction where the engine can. */
  readonly multiplyAdd?: WayToMultiplyAdd
}

/** Loads, starts and tries a backend; throws with the reason when it won't do. */
async function start(name: BackendName, options: UseBackendOptions): Promise<void> {
  const fail = (reason: string) =>
    new ChiaroError('backend', `useBackend: backend "${name}" can't be used: ${reason}`, 'name')
  const backend = backendOf(name, options.graphics ?? [])
  if (backend === undefined) throw fail(toBeGiven(name))
  await loadBackend(backend)
  await backend.prepare?.(options)
  if (tf.engine().registryFactory[name] === undefined) throw fail('its package finds no such hardware here')
  if (!(await tf.setBackend(name))) throw fail('it does not start')
  const fault = backend.probe?.() ?? (await gradientFault())
  if (fault !== undefined) throw fail(fault)
}

function toBeGiven(name: BackendName): string {
  return (
    `it must be given: import { ${name} } from '@chiaro/backend/${name}', { graphics: [${name}] }, and ` +
    `npm install @tensorflow/tfjs-backend-${name}@~4.22.0`
  )
}

function checkGraphics(graphics: readonly Backend[]): void {
  const known = (one: Backend) => one?.name === 'webgpu' || one?.name === 'webgl'
  if (Array.isArray(graphics) && graphics.every(known)) return
  throw typeError(
    'useBackend',
    'graphics',
    'an array of webgpu and webgl, of the entries of their names',
    String(graphics),
  )
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^useBackend: /, '') : String(error)
}

/**
 * Makes a tfjs backend the current one, ready to train: loaded, started, its gradients registered, and tried by
 * differentiating a small network whose gradient is known in closed form.
 *
 * `'auto'` takes the first that passes: in Node wasm, then cpu; in a browser WebGPU hardware, then WebGL hardware with
 * 32-bit floats, of those that `graphics` gives, then wasm, then cpu, with a warning that says why it came to that. A software
 * adapter is never chosen by itself. A name takes that backend or throws; the backend that was current before then stays so.
 *
 * @returns what was chosen, and of every other backend why it was not
 * @throws RangeError when the name is unknown; ChiaroError 'backend' when the backend, or with 'auto' every one
 *   of them, can't be used (a missing package is named with its npm install line)
 */
export async function useBackend(
  name: 'auto' | BackendName = 'auto',
  options: UseBackendOptions = {},
): Promise<BackendChoice> {
  if (typeof name !== 'string') throw typeError('useBackend', 'name', 'a string', typeof name)
  if (name !== 'auto' && !backendNames.includes(name)) {
    throw rangeError('useBackend', 'name', `one of auto, ${backendNames.join(', ')}`, `"${name}"`)
  }
  checkGraphics(options.graphics ?? [])
  const before = tf.engine().backendName
  const considered: ConsideredBackend[] = []
  let chosen: BackendName | undefined
  for (const candidate of backendNames) {
    let reason: string | undefined
    if (name !== 'auto' && candidate !== name) reason = `"${name}" was asked for`
    else if (chosen !== undefined) reason = `${chosen} comes first`
    else if (name === 'auto') reason = await backendOf(candidate, options.graphics ?? [])?.objection?.()
    if (reason === undefined) {
      try {
        await start(candidate, options)
        chosen = candidate
        reason = name === 'auto' ? 'the first that works here' : 'asked for by name'
      } catch (error) {
        if (name !== 'auto') {
          if (before) await tf.setBackend(before)
          throw error
        }
        reason = reasonOf(error)
      }
    }
    considered.push({ name: candidate, chosen: candidate === chosen, reason })
  }
  if (chosen === undefined) {
    if (before) await tf.setBackend(before)
    const reasons = considered.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
    throw new ChiaroError('backend', `useBackend: no backend can be used here: ${reasons}`, 'name')
  }
  if (name === 'auto' && chosen === 'cpu') {
    const { reason } = considered.find(({ name }) => name === 'wasm') as ConsideredBackend
    console.warn(`useBackend: 'auto' is left with cpu, which is slow: ${reason}`)
  }
  return { chosen, considered }
}
