import { type Indices, isRecording } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Whether a tensor's contents can be checked without waiting for a device: only a backend of one can hand its data over to
 * it. Not in a step that is recorded for replay: nobody would look when it is replayed.
 */
export function contentsAreOnHost(): boolean {
  return tf.backend().readToGPU === tf.KernelBackend.prototype.readToGPU && !isRecording()
}

/** The numbers of indices that are on the host, else undefined. */
export function hostContents(indices: Indices): ArrayLike<number> | undefined {
  if (!(indices instanceof tf.Tensor)) return indices
  return contentsAreOnHost() ? indices.dataSync() : undefined
}
