import { BinaryNce, type BinaryNceAttributes, BinaryNceGrad } from '@chiaro/ops'
import { newTensor } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { solve } from '../problem.ts'

function problemOf({ inputs: { data, noise }, attrs }: WasmKernelCall) {
  const { noiseRatio } = attrs as unknown as BinaryNceAttributes
  const [n, perData] = [data.shape[0], noise.shape[0] / data.shape[0]]
  return { data, noise, n, perData, shift: Math.log(noiseRatio), weight: noiseRatio / perData }
}

/** The logistic loss of each data row and its noise, by the contract of @chiaro/ops. */
export const binaryNce: WasmKernel = {
  kernelName: BinaryNce,
  run: call => {
    const { info: losses } = newTensor(call.backend, call.inputs.data.shape)
    solve(call, 'binaryNce', { losses, ...problemOf(call) })
    return [losses]
  },
}

/** Its gradient. */
export const binaryNceGrad: WasmKernel = {
  kernelName: BinaryNceGrad,
  run: call => {
    const { data, noise, dy } = call.inputs
    const [ddata, dnoise] = [data, noise].map(({ shape }) => newTensor(call.backend, shape).info)
    solve(call, 'binaryNceGradient', { dy, ddata, dnoise, ...problemOf(call) })
    return [ddata, dnoise]
  },
}
