import * as tf from '@tensorflow/tfjs-core'
import { newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'

/**
 * x as another type. To bool, everything but 0 is true: tfjs keeps the lowest 8 bits of the integer part, so
 * that 0.5 and 256 become false, and 5 a "true" that later kernels misread.
 */
export const cast: WasmKernel = {
  kernelName: tf.Cast,
  run: ({ inputs: { x }, attrs, backend }) => {
    const dtype = attrs.dtype as 'float32' | 'int32' | 'bool'
    const { info } = newTensor(backend, x.shape, dtype)
    const from = backend.typedArrayFromHeap(x)
    const to = backend.typedArrayFromHeap(info)
    if (dtype !== 'bool') to.set(from)
    else for (let i = 0; i < from.length; i++) to[i] = from[i] === 0 ? 0 : 1
    return info
  },
}
