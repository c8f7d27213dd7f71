import { Silu, SiluGrad } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'

const sizeOf = ({ shape }: tf.TensorInfo) => shape.reduce((a, b) => a * b, 1)

/** x·σ(x) in one pass. */
export const silu: WasmKernel = {
  kernelName: Silu,
  run: ({ inputs: { x }, backend, kernels }) => {
    const y = newTensor(backend, x.shape)
    kernels.silu(addressOf(backend, x), y.address, sizeOf(x))
    return [y.info]
  },
}

/** Its gradient. */
export const siluGrad: WasmKernel = {
  kernelName: SiluGrad,
  run: ({ inputs: { x, dy }, backend, kernels }) => {
    const dx = newTensor(backend, x.shape)
    kernels.siluGradient(addressOf(backend, x), addressOf(backend, dy), dx.address, sizeOf(x))
    return [dx.info]
  },
}
