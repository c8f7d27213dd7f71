import { AffineWarp, type AffineWarpAttributes } from '@chiaro/ops'
import { addressOf, newTensor, withScratch } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'

/** Affine warps with bilinear interpolation, by the contract of @chiaro/ops. */
export const affineWarp: WasmKernel = {
  kernelName: AffineWarp,
  run: ({ inputs: { x, transforms }, attrs, backend, kernels }) => {
    const [batch, height, width, channels] = x.shape
    const { fill } = attrs as unknown as AffineWarpAttributes
    const out = newTensor(backend, x.shape)
    withScratch(backend, channels * 4, outside => {
      kernels.fillFloats(outside, channels, fill)
      const from = [addressOf(backend, x), addressOf(backend, transforms)]
      kernels.affineWarp(from[0], from[1], out.address, outside, batch, height, width, channels)
    })
    return out.info
  },
}
