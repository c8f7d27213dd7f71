import { ChannelMoments, ChannelNorm, type ChannelNormAttributes, ChannelNormGrad } from '@chiaro/ops'
import type { NormalisedChannels } from '../generated/kernel-exports.ts'
import { newTensor, withScratch } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

function sizesOf({ shape }: WasmKernelCall['inputs'][string]) {
  const channels = shape[shape.length - 1]
  return { rows: shape.slice(0, -1).reduce((product, size) => product * size, 1), channels }
}

function normalised({ inputs, attrs }: WasmKernelCall): NormalisedChannels {
  const { x, mean, variance, scale, offset } = inputs
  const { epsilon, activation } = attrs as unknown as ChannelNormAttributes
  const { rows, channels } = sizesOf(x)
  return { rows, channels, x, mean, variance, scale, offset, epsilon, relu: activation === 'relu' }
}

/** So many multiplications and bytes of scratch memory a channel, where threads share out channels. */
const overChannels = (rows: number, channels: number, passes: number, bytes: number) => ({
  rows: channels,
  work: passes * rows * channels,
  scratch: bytes * channels,
})

/** Mean and variance over all axes but the last. */
export const channelMoments: WasmKernel = {
  kernelName: ChannelMoments,
  run: call => {
    const { x } = call.inputs
    const { rows, channels } = sizesOf(x)
    const [mean, variance] = [0, 1].map(() => newTensor(call.backend, [channels]).info)
    const problem = { rows, channels, x, mean, variance }
    overRows(call, 'channelMoments', overChannels(rows, channels, 2, 8), problem)
    return [mean, variance]
  },
}

/** Normalises every channel, with ReLU in the same pass when asked. */
export const channelNorm: WasmKernel = {
  kernelName: ChannelNorm,
  run: call => {
    const problem = normalised(call)
    const { rows, channels } = problem
    const { info: y } = newTensor(call.backend, call.inputs.x.shape)
    overRows(
      call,
      'channelNorm',
      { rows, work: 2 * rows * channels, scratch: 8 * channels },
      { y, ...problem },
    )
    return y
  },
}

/** The gradients of batch normalisation for x, scale and offset. */
export const channelNormGradient: WasmKernel = {
  kernelName: ChannelNormGrad,
  run: call => {
    const { x, dy, scale, offset } = call.inputs
    const given = normalised(call)
    const [dx, scaleGradient, offsetGradient] = [x, scale, offset].map(
      ({ shape }) => newTensor(call.backend, shape).info,
    )
    const { rows, channels } = given
    withScratch(call.backend, 16 * channels, lines => {
      const problem = { dy, dx, scaleGradient, offsetGradient, lines, ...given }
      overRows(call, 'channelNormGradientSums', overChannels(rows, channels, 4, 16), problem)
      overRows(call, 'channelNormGradient', { rows, work: 4 * rows * channels }, problem)
    })
    return [dx, scaleGradient, offsetGradient]
  },
}
