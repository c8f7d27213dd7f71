import { ChiaroError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { TfjsWasmBackend } from './tfjs-wasm.ts'

/**
 * A block of the tfjs heap. Any allocation may grow the heap and detach its typed arrays: take views afterwards.
 *
 * @throws ChiaroError "out-of-memory" when the heap is exhausted; tfjs itself would write to address 0
 */
export function allocate({ wasm }: TfjsWasmBackend, bytes: number): number {
  // malloc returns a signed number: addresses above 2 GiB come out negative.
  const address = bytes < 2 ** 32 ? wasm._malloc(Math.max(bytes, 16)) >>> 0 : 0
  if (address === 0) {
    throw new ChiaroError(
      'out-of-memory',
      `@chiaro/backend-wasm: the WASM heap (at most 4 GiB) must have room for ${bytes} bytes more, it has not; ` +
        'dispose tensors or make the batch smaller',
    )
  }
  return address
}

/** Lends `use` a block of the heap, aligned to 16 bytes, for as long as it runs. */
export function withScratch<T>(backend: TfjsWasmBackend, bytes: number, use: (address: number) => T): T {
  const block = allocate(backend, bytes + 16)
  try {
    return use(Math.ceil(block / 16) * 16)
  } finally {
    backend.wasm._free(block)
  }
}

/** A new tensor with whatever the heap held before, and its address. */
export function newTensor(
  backend: TfjsWasmBackend,
  shape: readonly number[],
  dtype: 'float32' | 'int32' | 'bool' = 'float32',
): { info: tf.TensorInfo; address: number } {
  const size = tf.util.sizeFromShape([...shape])
  const address = allocate(backend, size * tf.util.bytesPerElement(dtype))
  return { info: backend.makeOutput([...shape], dtype, address), address }
}

/** Where numbers are: in a tensor, or at an address (bytes). */
export type Place = tf.TensorInfo | number

/** The address where a place's numbers start; 0 of one that is missing. */
export function addressOf(backend: TfjsWasmBackend, place: Place | undefined): number {
  return typeof place === 'object' ? backend.dataIdMap.get(place.dataId).memoryOffset : (place ?? 0)
}
