import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'

/**
 * condition ? t : e, with t and e of one shape; the condition has it too, or one element for each row. tfjs
 * moves 4 bytes for every element whatever its type, and so writes past the end of a bool result.
 */
export const select: WasmKernel = {
  kernelName: tf.Select,
  run: ({ inputs: { condition, t, e }, backend, kernels }) => {
    const { info, address } = newTensor(backend, t.shape, t.dtype as 'float32' | 'int32' | 'bool')
    const size = tf.util.sizeFromShape(t.shape)
    const conditions = tf.util.sizeFromShape(condition.shape)
    const chosen = t.dtype === 'bool' ? kernels.selectBytes : kernels.selectWords
    const [from, a, b] = [condition, t, e].map(tensor => addressOf(backend, tensor))
    if (conditions === size) {
      chosen(from, a, b, address, size)
      return info
    }
    const row = size / conditions
    const rows = backend.typedArrayFromHeap(condition)
    const [values, ifTrue, ifFalse] = [info, t, e].map(tensor => backend.typedArrayFromHeap(tensor))
    rows.forEach((isTrue, i) => {
      values.set((isTrue ? ifTrue : ifFalse).subarray(i * row, (i + 1) * row), i * row)
    })
    return info
  },
}
