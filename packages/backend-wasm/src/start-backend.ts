import { ChiaroError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import type { WasmFile } from './platform/platform.ts'
import { givenPlace, lookAt } from './wasm-paths.ts'

type Factory = () => tf.KernelBackend | Promise<tf.KernelBackend>

let problem: string | undefined

/** Why the backend did not start at the last try; undefined when it did, or was not tried. */
export function startProblem(): string | undefined {
  return problem
}

const whatToSet =
  'Copy or serve that file, which is in the folder dist of @tensorflow/tfjs-backend-wasm, and say where it is, before the ' +
  "backend starts: useBackend('wasm', { wasmPaths: 'folder/' }), or setWasmPaths('folder/') of @chiaro/backend-wasm."

/** Where a `.wasm` file is, said by the user or found. @throws ChiaroError 'backend' with every place where it is not */
async function placeOf(name: WasmFile): Promise<string> {
  const found = await platform.findFile(name, givenPlace(name))
  if (found.missing === undefined) return found.at
  const places = found.missing.join('; ')
  throw new ChiaroError('backend', `${name} is missing: ${places}. ${whatToSet}`, 'wasmPaths')
}

/** The file that tfjs is going to ask for. */
async function wantedFile(): Promise<WasmFile> {
  const [simd, threads] = await Promise.all([
    tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'),
    tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'),
  ])
  if (!simd) throw new ChiaroError('backend', 'this engine has no SIMD in WebAssembly', 'name')
  return threads ? 'tfjs-backend-wasm-threaded-simd.wasm' : 'tfjs-backend-wasm-simd.wasm'
}

/** Starts tfjs's backend on a file that is found first. */
async function startOnFile(factory: Factory): Promise<tf.KernelBackend> {
  const name = await wantedFile()
  try {
    lookAt(name, await placeOf(name))
  } catch (missing) {
    if (givenPlace(name) !== undefined) throw missing
    // The program may have said to tfjs itself where its files are.
    lookAt(name, undefined)
    return await Promise.resolve(factory()).catch(() => Promise.reject(missing))
  }
  return factory()
}

function register(factory: Factory, priority: number): void {
  if (tf.engine().registryFactory.wasm !== undefined) tf.removeBackend('wasm')
  const remembering = async () => {
    problem = undefined
    try {
      return await factory()
    } catch (error) {
      problem = String((error as { readonly message?: unknown })?.message ?? error)
      throw error
    }
  }
  tf.registerBackend('wasm', remembering, priority)
}

/** From here on tfjs's wasm backend starts on files that are found first; one that runs already stays as it is. */
export function findFilesAtStart(): void {
  const { registry, registryFactory } = tf.engine()
  const before = registryFactory.wasm
  if (before === undefined || registry.wasm !== undefined) return
  register(() => startOnFile(before.factory), before.priority)
}

/**
 * Puts in the backend's place, before it has started, the same on a shared heap.
 *
 * @returns how to take it back, should it not start
 * @throws ChiaroError 'backend' when the backend runs already
 */
export function startOnSharedHeap(): () => void {
  const { registry, registryFactory } = tf.engine()
  if (registry.wasm !== undefined) {
    throw new ChiaroError(
      'backend',
      'useThreads: must be called before the wasm backend starts, it runs already',
      'count',
    )
  }
  const before = registryFactory.wasm
  register(async () => {
    if (platform.startOnSharedHeap === undefined) throw new Error('no heap is shared here')
    return platform.startOnSharedHeap(await placeOf('tfjs-backend-wasm-threaded-simd.wasm'))
  }, 2)
  return () => {
    tf.removeBackend('wasm')
    if (before !== undefined) tf.registerBackend('wasm', before.factory, before.priority)
  }
}
