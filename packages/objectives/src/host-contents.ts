import type { Indices } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** Backends whose tensors lie in host memory: looking at them waits for no device. */
const hostBackends = ['cpu', 'wasm']

/** Whether a tensor's contents can be checked without waiting for a device. */
export function contentsAreOnHost(): boolean {
  return hostBackends.includes(tf.getBackend())
}

/** The numbers of indices that are on the host, else undefined. */
export function hostContents(indices: Indices): ArrayLike<number> | undefined {
  if (!(indices instanceof tf.Tensor)) return indices
  return contentsAreOnHost() ? indices.dataSync() : undefined
}
