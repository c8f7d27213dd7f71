import type * as tf from '@tensorflow/tfjs-core'

/** What a worker needs to run kernels. */
export interface WorkerData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Control blocks, of which the worker's begins at `offset`. */
  readonly control: SharedArrayBuffer
  readonly offset: number
}

export interface KernelWorker {
  end(): Promise<void>
}

/** A file that was looked for: where it is, or every place where it is not, with what was found there instead. */
export type FoundFile =
  | { readonly at: string; readonly missing?: undefined }
  | { readonly missing: readonly string[] }

/**
 * What Node and a page do in their own ways. Which of the two it is, the export conditions of `#platform` say, so that no
 * bundle for a page meets a module of Node's.
 */
export interface Platform {
  /** The cores that threads may have, or why there may be one thread only. */
  cores(): { readonly count: number } | { readonly reason: string }
  /** Starts a worker; `onProblem` hears of what ends it. */
  startWorker(data: WorkerData, name: string, onProblem: (what: string) => void): Promise<KernelWorker>
  /** tfjs's backend on a shared heap, of a `.wasm` file, where tfjs does not make that by itself. */
  startOnSharedHeap?(file: string): Promise<tf.KernelBackend>
  /** Looks for a `.wasm` file of tfjs's at the given place, or where it lies by itself. */
  findFile(name: WasmFile, given?: string): Promise<FoundFile>
}

export const wasmFiles = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
] as const

export type WasmFile = (typeof wasmFiles)[number]
