import type * as tf from '@tensorflow/tfjs-core'
import { newTensor } from '../heap.ts'
import type { TfjsWasmBackend } from '../tfjs-wasm.ts'

/** A new tensor of zeros, and its address: what kernels that add to their result start from. */
export function newZeros(
  backend: TfjsWasmBackend,
  shape: readonly number[],
  dtype: 'float32' | 'int32' = 'float32',
): { info: tf.TensorInfo; address: number } {
  const made = newTensor(backend, shape, dtype)
  backend.typedArrayFromHeap(made.info).fill(0)
  return made
}
