import * as tf from '@tensorflow/tfjs-core'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { newZeros } from './new-zeros.ts'

interface DilationAttributes {
  readonly strides: number | [number, number]
  readonly pad: 'valid' | 'same'
  readonly dilations: number | [number, number]
}

interface Winner {
  /** Element of x, of the filter and of the output; the first two are −1 where nothing exceeds −∞. */
  readonly x: number
  readonly filter: number
  readonly output: number
  readonly value: number
}

/** The output's shape, and of each output element the tap that wins: out = max over taps of x + filter. */
function* winners(call: WasmKernelCall): Generator<Winner> {
  const { x, filter } = call.inputs
  const info = infoOf(call)
  const { batchSize, inHeight, inWidth, inChannels: channels } = info
  const xs = call.backend.typedArrayFromHeap(x)
  const taps = call.backend.typedArrayFromHeap(filter)
  let output = 0
  for (let b = 0; b < batchSize; b++) {
    for (let oh = 0; oh < info.outHeight; oh++) {
      for (let ow = 0; ow < info.outWidth; ow++) {
        for (let c = 0; c < channels; c++) {
          const best = { x: -1, filter: -1, value: Number.NEGATIVE_INFINITY, output }
          for (let j = 0; j < info.filterHeight; j++) {
            const h = oh * info.strideHeight - info.padInfo.top + j * info.dilationHeight
            if (h < 0 || h >= inHeight) continue
            for (let k = 0; k < info.filterWidth; k++) {
              const w = ow * info.strideWidth - info.padInfo.left + k * info.dilationWidth
              if (w < 0 || w >= inWidth) continue
              const from = ((b * inHeight + h) * inWidth + w) * channels + c
              const tap = (j * info.filterWidth + k) * channels + c
              const value = xs[from] + taps[tap]
              if (value > best.value) {
                best.x = from
                best.filter = tap
                best.value = value
              }
            }
          }
          output += 1
          yield best
        }
      }
    }
  }
}

function infoOf({ inputs: { x, filter }, attrs }: WasmKernelCall) {
  const { strides, pad, dilations } = attrs as unknown as DilationAttributes
  const shapes = [
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
  ] as const
  return tf.backend_util.computeDilation2DInfo(...shapes, strides, pad, 'NHWC', dilations)
}

/** Adds dy to the winning tap's place in a result shaped like x or like the filter. */
function gradientOf(call: WasmKernelCall, which: 'x' | 'filter'): tf.TensorInfo {
  const { info } = newZeros(call.backend, call.inputs[which].shape)
  const gradient = call.backend.typedArrayFromHeap(info)
  const dy = call.backend.typedArrayFromHeap(call.inputs.dy)
  for (const winner of winners(call)) {
    if (winner[which] >= 0) gradient[winner[which]] += dy[winner.output]
  }
  return info
}

/** Grayscale dilation; tfjs's starts its maxima at the smallest positive number. */
export const dilation2d: WasmKernel = {
  kernelName: tf.Dilation2D,
  run: call => {
    const { info } = newZeros(call.backend, infoOf(call).outShape)
    const values = call.backend.typedArrayFromHeap(info)
    for (const { output, value } of winners(call)) values[output] = value
    return info
  },
}

/** dL/dx of dilation2d, from dy = dL/dout. */
export const dilation2dBackpropInput: WasmKernel = {
  kernelName: tf.Dilation2DBackpropInput,
  run: call => gradientOf(call, 'x'),
}

/** dL/dfilter of dilation2d, from dy = dL/dout. */
export const dilation2dBackpropFilter: WasmKernel = {
  kernelName: tf.Dilation2DBackpropFilter,
  run: call => gradientOf(call, 'filter'),
}
