import { reductionIdentity } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { WasmKernel } from '../kernel-module.ts'
import { stockKernel } from '../stock-kernel.ts'

/** tfjs's reductions; over an axis of length 0 they leave what the heap held before, ours their identity. */
export const reductions: readonly WasmKernel[] = [tf.Prod, tf.Max, tf.Min, tf.All, tf.Any].map(kernelName => {
  const stock = stockKernel(kernelName)
  return {
    ...stock,
    run: call => {
      const result = stock.run(call) as tf.TensorInfo
      if (tf.util.sizeFromShape(call.inputs.x.shape) === 0) {
        call.backend.typedArrayFromHeap(result).fill(reductionIdentity(kernelName, result.dtype))
      }
      return result
    },
  }
})
