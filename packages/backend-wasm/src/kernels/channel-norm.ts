import { ChannelMoments, ChannelNorm, type ChannelNormAttributes, ChannelNormGrad } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

function sizesOf(x: tf.TensorInfo): { rows: number; channels: number } {
  const channels = x.shape[x.shape.length - 1]
  return { rows: x.shape.slice(0, -1).reduce((product, size) => product * size, 1), channels }
}

/** Addresses of a channel's first number, from those of the first channel's. */
const shifted = (addresses: readonly number[], channel: number) =>
  addresses.map(address => address + 4 * channel)

/** Mean and variance over all axes but the last. Threads share out channels: each sum is one thread's. */
export const channelMoments: WasmKernel = {
  kernelName: ChannelMoments,
  run: call => {
    const { x } = call.inputs
    const { rows, channels } = sizesOf(x)
    const [mean, variance] = [0, 1].map(() => newTensor(call.backend, [channels]))
    const addresses = [addressOf(call.backend, x), mean.address, variance.address]
    const work = { rows: channels, work: 2 * rows * channels, scratch: channels * 8 }
    overRows(call, 'channelMoments', work, (first, end, scratch) => [
      ...shifted(addresses, first),
      ...[scratch, rows, channels, end - first],
    ])
    return [mean.info, variance.info]
  },
}

/** Normalises every channel, with ReLU in the same pass when asked. */
export const channelNorm: WasmKernel = {
  kernelName: ChannelNorm,
  run: call => {
    const { x, mean, variance, scale, offset } = call.inputs
    const { rows, channels } = sizesOf(x)
    const { epsilon, activation } = call.attrs as unknown as ChannelNormAttributes
    const y = newTensor(call.backend, x.shape)
    const from = [x, mean, variance, scale, offset].map(input => addressOf(call.backend, input))
    const work = { rows: channels, work: 2 * rows * channels, scratch: channels * 8 }
    overRows(call, 'channelNorm', work, (first, end, scratch) => [
      ...shifted([...from, y.address], first),
      ...[scratch, rows, channels, end - first, epsilon, activation === 'relu' ? 1 : 0],
    ])
    return y.info
  },
}

/** The gradients of batch normalisation for x, scale and offset. */
export const channelNormGradient: WasmKernel = {
  kernelName: ChannelNormGrad,
  run: call => {
    const { x, dy, mean, variance, scale, offset } = call.inputs
    const { rows, channels } = sizesOf(x)
    const { epsilon, activation } = call.attrs as unknown as ChannelNormAttributes
    const dx = newTensor(call.backend, x.shape)
    const [ofScale, ofOffset] = [0, 1].map(() => newTensor(call.backend, [channels]))
    const from = [x, dy, mean, variance, scale, offset].map(input => addressOf(call.backend, input))
    const addresses = [...from, dx.address, ofScale.address, ofOffset.address]
    const work = { rows: channels, work: 8 * rows * channels, scratch: channels * 32 }
    overRows(call, 'channelNormGradient', work, (first, end, scratch) => [
      ...shifted(addresses, first),
      ...[scratch, rows, channels, end - first, epsilon, activation === 'relu' ? 1 : 0],
    ])
    return [dx.info, ofScale.info, ofOffset.info]
  },
}
