import { RowNormalize, RowNormalizeGrad } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'

function rowsOf({ shape }: tf.TensorInfo): [number, number] {
  const width = shape[shape.length - 1]
  return [shape.slice(0, -1).reduce((a, b) => a * b, 1), width]
}

/** Rows divided by their lengths, in one pass. */
export const rowNormalize: WasmKernel = {
  kernelName: RowNormalize,
  run: ({ inputs: { x }, backend, kernels }) => {
    const y = newTensor(backend, x.shape)
    kernels.rowNormalize(addressOf(backend, x), y.address, ...rowsOf(x))
    return [y.info]
  },
}

/** Its gradient. */
export const rowNormalizeGrad: WasmKernel = {
  kernelName: RowNormalizeGrad,
  run: ({ inputs: { x, dy }, backend, kernels }) => {
    const dx = newTensor(backend, x.shape)
    const [from, of] = [addressOf(backend, x), addressOf(backend, dy)]
    kernels.rowNormalizeGradient(from, of, dx.address, ...rowsOf(x))
    return [dx.info]
  },
}
