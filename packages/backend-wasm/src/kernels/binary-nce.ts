import { BinaryNce, type BinaryNceAttributes, BinaryNceGrad } from '@chiaro/ops'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'

/** The logistic loss of each data row and its noise, by the contract of @chiaro/ops. */
export const binaryNce: WasmKernel = {
  kernelName: BinaryNce,
  run: ({ inputs: { data, noise }, attrs, backend, kernels }) => {
    const { noiseRatio } = attrs as unknown as BinaryNceAttributes
    const losses = newTensor(backend, data.shape)
    const [n, perData] = [data.shape[0], noise.shape[0] / data.shape[0]]
    const [atData, atNoise] = [addressOf(backend, data), addressOf(backend, noise)]
    kernels.binaryNce(
      ...([atData, atNoise, losses.address, n, perData, Math.log(noiseRatio), noiseRatio / perData] as const),
    )
    return [losses.info]
  },
}

/** Its gradient. */
export const binaryNceGrad: WasmKernel = {
  kernelName: BinaryNceGrad,
  run: ({ inputs: { data, noise, dy }, attrs, backend, kernels }) => {
    const { noiseRatio } = attrs as unknown as BinaryNceAttributes
    const [ddata, dnoise] = [data, noise].map(({ shape }) => newTensor(backend, shape))
    const [n, perData] = [data.shape[0], noise.shape[0] / data.shape[0]]
    const [atData, atNoise, atDy] = [data, noise, dy].map(input => addressOf(backend, input))
    kernels.binaryNceGradient(
      ...([atData, atNoise, atDy, ddata.address, dnoise.address, n, perData] as const),
      Math.log(noiseRatio),
      noiseRatio / perData,
    )
    return [ddata.info, dnoise.info]
  },
}
