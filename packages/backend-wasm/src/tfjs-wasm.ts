import { ChiaroError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/** tfjs's record of a tensor: where on the heap it lies. */
export interface TensorRecord {
  readonly memoryOffset: number
}

/**
 * The part of tfjs's wasm backend that the kernels stand on. tfjs's typings leave most of it out, so it is
 * feature-tested at run time (`asTfjsWasm`).
 */
export interface TfjsWasmBackend {
  readonly wasm: {
    /** The heap of the plain builds. */
    readonly asm?: { readonly memory?: WebAssembly.Memory }
    /** The (shared) heap of the threaded build. */
    readonly wasmMemory?: WebAssembly.Memory
    /** Returns a signed address; 0 when the heap is exhausted. */
    _malloc(bytes: number): number
    _free(address: number): void
  }
  readonly dataIdMap: { get(dataId: tf.DataId): TensorRecord }
  makeOutput(shape: readonly number[], dtype: tf.DataType, memoryOffset?: number): tf.TensorInfo
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array | Int32Array | Uint8Array
  disposeData(dataId: tf.DataId): boolean
  incRef(dataId: tf.DataId): void
}

/** The memory tfjs's heap lives in; undefined when this is not a backend we know. */
export function heapMemory(backend: TfjsWasmBackend): WebAssembly.Memory | undefined {
  return backend.wasm.wasmMemory ?? backend.wasm.asm?.memory
}

const checked = new WeakSet<object>()

/**
 * The backend, known to have what `TfjsWasmBackend` says.
 *
 * @throws ChiaroError "backend" when it has not
 */
export function asTfjsWasm(backend: unknown): TfjsWasmBackend {
  const candidate = backend as TfjsWasmBackend
  if (checked.has(candidate)) return candidate
  const isFunction = (value: unknown) => typeof value === 'function'
  const missing = [
    [
      candidate?.wasm && heapMemory(candidate) instanceof WebAssembly.Memory,
      'wasm.asm.memory or wasm.wasmMemory',
    ],
    [
      isFunction(candidate?.wasm?._malloc) && isFunction(candidate?.wasm?._free),
      'wasm._malloc and wasm._free',
    ],
    [isFunction(candidate?.dataIdMap?.get), 'dataIdMap'],
    [isFunction(candidate?.makeOutput), 'makeOutput'],
    [isFunction(candidate?.typedArrayFromHeap), 'typedArrayFromHeap'],
    [isFunction(candidate?.disposeData), 'disposeData'],
    [isFunction(candidate?.incRef), 'incRef'],
  ].flatMap(([present, what]) => (present ? [] : [what]))
  if (missing.length > 0) {
    throw new ChiaroError(
      'backend',
      `@chiaro/backend-wasm: the "wasm" backend must be that of @tensorflow/tfjs-backend-wasm 4.22, ` +
        `got one without ${missing.join(', ')}`,
      'backend',
    )
  }
  checked.add(candidate)
  return candidate
}
