import * as tf from '@tensorflow/tfjs-core'
import type { WasmKernel } from '../kernel-module.ts'
import { stockKernel } from '../stock-kernel.ts'

/** What a reduction of no elements is. */
const identities: Readonly<Record<string, { readonly float32: number; readonly otherwise: number }>> = {
  [tf.Prod]: { float32: 1, otherwise: 1 },
  [tf.Max]: { float32: Number.NEGATIVE_INFINITY, otherwise: -(2 ** 31) },
  [tf.Min]: { float32: Number.POSITIVE_INFINITY, otherwise: 2 ** 31 - 1 },
  [tf.All]: { float32: 1, otherwise: 1 },
  [tf.Any]: { float32: 0, otherwise: 0 },
}

/** tfjs's reductions; over an axis of length 0 they leave what the heap held before, ours their identity. */
export const reductions: readonly WasmKernel[] = Object.entries(identities).map(([kernelName, identity]) => {
  const stock = stockKernel(kernelName)
  return {
    ...stock,
    run: call => {
      const result = stock.run(call) as tf.TensorInfo
      if (tf.util.sizeFromShape(call.inputs.x.shape) === 0) {
        const value = result.dtype === 'float32' ? identity.float32 : identity.otherwise
        call.backend.typedArrayFromHeap(result).fill(value)
      }
      return result
    },
  }
})
