import { ChannelMoments, ChannelNorm, type ChannelNormAttributes, ChannelNormGrad } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor, withScratch } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'

/** Mean and variance over all axes but the last. */
export const channelMoments: WasmKernel = {
  kernelName: ChannelMoments,
  run: ({ inputs: { x }, backend, kernels }) => {
    const { rows, channels } = rowsOf(x)
    const mean = newTensor(backend, [channels])
    const variance = newTensor(backend, [channels])
    withScratch(backend, channels * 12, scratch => {
      kernels.channelMoments(addressOf(backend, x), mean.address, variance.address, scratch, rows, channels)
    })
    return [mean.info, variance.info]
  },
}

/** Normalises every channel, with ReLU in the same pass when asked. */
export const channelNorm: WasmKernel = {
  kernelName: ChannelNorm,
  run: ({ inputs: { x, mean, variance, scale, offset }, attrs, backend, kernels }) => {
    const { rows, channels } = rowsOf(x)
    const { epsilon, activation } = attrs as unknown as ChannelNormAttributes
    const y = newTensor(backend, x.shape)
    withScratch(backend, channels * 8, scratch => {
      const from = [x, mean, variance, scale, offset].map(input => addressOf(backend, input))
      kernels.channelNorm(
        from[0],
        from[1],
        from[2],
        from[3],
        from[4],
        y.address,
        scratch,
        rows,
        channels,
        epsilon,
        activation === 'relu' ? 1 : 0,
      )
    })
    return y.info
  },
}

/** The gradients of batch normalisation for x, scale and offset. */
export const channelNormGradient: WasmKernel = {
  kernelName: ChannelNormGrad,
  run: ({ inputs: { x, dy, mean, variance, scale, offset }, attrs, backend, kernels }) => {
    const { rows, channels } = rowsOf(x)
    const { epsilon, activation } = attrs as unknown as ChannelNormAttributes
    const dx = newTensor(backend, x.shape)
    const ofScale = newTensor(backend, [channels])
    const ofOffset = newTensor(backend, [channels])
    withScratch(backend, channels * 40, scratch => {
      const from = [x, dy, mean, variance, scale, offset].map(input => addressOf(backend, input))
      kernels.channelNormGradient(
        from[0],
        from[1],
        from[2],
        from[3],
        from[4],
        from[5],
        dx.address,
        ofScale.address,
        ofOffset.address,
        scratch,
        rows,
        channels,
        epsilon,
        activation === 'relu' ? 1 : 0,
      )
    })
    return [dx.info, ofScale.info, ofOffset.info]
  },
}

function rowsOf(x: tf.TensorInfo): { rows: number; channels: number } {
  const channels = x.shape[x.shape.length - 1]
  return { rows: x.shape.slice(0, -1).reduce((product, size) => product * size, 1), channels }
}
