import { type Indices, isRecording } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** Backends whose tensors lie in host memory: looking at them waits for no device. */
const hostBackends = ['cpu', 'wasm']

/**
 * Whether a tensor's contents can be checked without waiting for a device. Not in a step that is recorded for replay:
 * nobody would look when it is replayed.
 */
export function contentsAreOnHost(): boolean {
  return hostBackends.includes(tf.getBackend()) && !isRecording()
}

/** The numbers of indices that are on the host, else undefined. */
export function hostContents(indices: Indices): ArrayLike<number> | undefined {
  if (!(indices instanceof tf.Tensor)) return indices
  return contentsAreOnHost() ? indices.dataSync() : undefined
}
