import { RowNormalize, RowNormalizeGrad } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

function rowsOf({ shape }: tf.TensorInfo): [number, number] {
  const width = shape[shape.length - 1]
  return [shape.slice(0, -1).reduce((a, b) => a * b, 1), width]
}

/** Two products and a sum in 64 bits for a number, twice. */
const workOfNumber = 8

/** Rows divided by their lengths, in one pass. */
export const rowNormalize: WasmKernel = {
  kernelName: RowNormalize,
  run: call => {
    const { x } = call.inputs
    const [rows, width] = rowsOf(x)
    const y = newTensor(call.backend, x.shape)
    overRows(call, 'rowNormalize', { rows, work: workOfNumber * rows * width }, { width, x, y: y.info })
    return [y.info]
  },
}

/** Its gradient. */
export const rowNormalizeGrad: WasmKernel = {
  kernelName: RowNormalizeGrad,
  run: call => {
    const { x, dy } = call.inputs
    const [rows, width] = rowsOf(x)
    const dx = newTensor(call.backend, x.shape)
    const problem = { width, x, dy, dx: dx.info }
    overRows(call, 'rowNormalizeGradient', { rows, work: workOfNumber * rows * width }, problem)
    return [dx.info]
  },
}
