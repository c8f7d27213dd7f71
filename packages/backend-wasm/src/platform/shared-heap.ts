import * as tfjsWasm from '@tensorflow/tfjs-backend-wasm'
import type * as tf from '@tensorflow/tfjs-core'

/** The part of an Emscripten module that tfjs's backend is made from. */
interface TfjsModule {
  cwrap(name: string, result: string | null, parameters: readonly string[]): (...args: number[]) => number
  tfjs?: unknown
}

type TfjsModuleFactory = (options: {
  readonly locateFile: (path: string, folder: string) => string
}) => Promise<TfjsModule>

/**
 * tfjs's wasm backend on tfjs's own shared heap. tfjs offers that heap in cross-origin isolated pages only; in Node it is
 * made by hand, with no thread of tfjs's: XNNPACK stays on this one.
 *
 * @param file where its `.wasm` file is
 */
export async function startOnSharedHeap(file: string): Promise<tf.KernelBackend> {
  const { default: factory } = (await import(
    '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js'
  )) as unknown as { readonly default: TfjsModuleFactory }
  const module = await withoutThreads(() =>
    factory({ locateFile: (name, folder) => (name.endsWith('.wasm') ? file : folder + name) }),
  )
  const wrap = (name: string, result: string | null, ...parameters: string[]) =>
    module.cwrap(name, result, parameters)
  // What tfjs's own start-up attaches (its init function is not exported).
  module.tfjs = {
    init: wrap('init', null),
    initWithThreadsCount: wrap('init_with_threads_count', null, 'number'),
    getThreadsCount: wrap('get_threads_count', 'number'),
    registerTensor: wrap('register_tensor', null, 'number', 'number', 'number'),
    disposeData: wrap('dispose_data', null, 'number'),
    dispose: wrap('dispose', null),
  }
  tfjsWasm.setThreadsCount(1)
  return new tfjsWasm.BackendWasm(module as unknown as ConstructorParameters<typeof tfjsWasm.BackendWasm>[0])
}

/**
 * Runs tfjs's factory so that the eight threads it starts for XNNPACK are none, and the process keeps its own way with
 * errors: the factory listens to uncaught ones, and sets a global Worker.
 */
function withoutThreads<T>(start: () => T): T {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map(event => process.rawListeners(event))
  const worker = Object.getOwnPropertyDescriptor(globalThis, 'Worker')
  Object.defineProperty(globalThis, 'Worker', { configurable: true, get: () => NoWorker, set: () => {} })
  try {
    return start()
  } finally {
    if (worker === undefined) Reflect.deleteProperty(globalThis, 'Worker')
    else Object.defineProperty(globalThis, 'Worker', worker)
    events.forEach((event, i) => {
      for (const listener of process.rawListeners(event)) {
        if (!before[i].includes(listener)) process.removeListener(event, listener as () => void)
      }
    })
  }
}

/** Says that it is ready, which the factory waits for, and does nothing. */
class NoWorker {
  onmessage?: (message: { readonly data: { readonly cmd: string } }) => void
  postMessage({ cmd }: { readonly cmd: string }): void {
    if (cmd === 'load') queueMicrotask(() => this.onmessage?.({ data: { cmd: 'loaded' } }))
  }
  on(): void {}
  unref(): void {}
  terminate(): void {}
}
