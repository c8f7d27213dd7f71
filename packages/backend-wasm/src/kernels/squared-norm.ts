import { SquaredNorm } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'

/** Σ x² over a list of tensors, added up in 64 bits in the list's order. */
export const squaredNorm: WasmKernel = {
  kernelName: SquaredNorm,
  run: ({ inputs: list, backend, kernels }) => {
    const inputs = list as unknown as readonly tf.TensorInfo[]
    const sum = inputs.reduce(
      (total, input) =>
        total + kernels.sumOfSquares(addressOf(backend, input), tf.util.sizeFromShape(input.shape)),
      0,
    )
    const { info, address } = newTensor(backend, [])
    kernels.fillFloats(address, 1, sum)
    return [info]
  },
}
