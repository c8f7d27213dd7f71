import * as tf from '@tensorflow/tfjs-core'
import type { TfjsWasmBackend } from './tfjs-wasm.ts'

/**
 * Runs a registered kernel of the wasm backend from inside another one; the caller owns what it returns. Unlike
 * `engine().runKernel` it makes no tensor and records no gradient.
 */
export function runKernel(
  kernelName: string,
  backend: TfjsWasmBackend,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap = {},
): tf.TensorInfo {
  const kernel = tf.getKernel(kernelName, 'wasm')
  return kernel.kernelFunc({ inputs, attrs, backend }) as tf.TensorInfo
}
