import { FusedDense, FusedDenseGrad } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { runKernel } from '../run-kernel.ts'
import { fusedMatMul } from './mat-mul.ts'

/** A product with bias and activation, by the contract of @chiaro/ops. */
export const fusedDense: WasmKernel = {
  kernelName: FusedDense,
  run: call => {
    const { x, kernel, bias } = call.inputs
    return [fusedMatMul.run({ ...call, inputs: { a: x, b: kernel, bias } })].flat()
  },
}

/** The gradients of kernel and bias. */
export const fusedDenseGrad: WasmKernel = {
  kernelName: FusedDenseGrad,
  run: ({ inputs: { x, dz }, backend, kernels }) => {
    const dkernel = runKernel(
      tf.BatchMatMul,
      backend,
      { a: x, b: dz },
      { transposeA: true, transposeB: false },
    )
    const [rows, columns] = dz.shape
    const dbias = newTensor(backend, [columns])
    kernels.sumMiddle(addressOf(backend, dz), dbias.address, 1, rows, columns, 1)
    return [dkernel, dbias.info]
  },
}
