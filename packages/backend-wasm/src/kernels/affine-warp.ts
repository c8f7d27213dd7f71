import { AffineWarp, type AffineWarpAttributes } from '@chiaro/ops'
import { newTensor, withScratch } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { solve } from '../problem.ts'

/** Affine warps with bilinear interpolation, by the contract of @chiaro/ops. */
export const affineWarp: WasmKernel = {
  kernelName: AffineWarp,
  run: call => {
    const { x, transforms } = call.inputs
    const [batch, height, width, channels] = x.shape
    const { fill } = call.attrs as unknown as AffineWarpAttributes
    const out = newTensor(call.backend, x.shape)
    withScratch(call.backend, channels * 4, outside => {
      call.kernels.fillFloats(outside, channels, fill)
      solve(call, 'affineWarp', { x, transforms, out: out.info, outside, batch, height, width, channels })
    })
    return out.info
  },
}
