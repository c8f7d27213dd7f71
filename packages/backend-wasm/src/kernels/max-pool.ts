import * as tf from '@tensorflow/tfjs-core'
import type { Windows } from '../generated/kernel-exports.ts'
import { newTensor, withScratch } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'
import { newZeros } from './new-zeros.ts'
import { windowsOf } from './window-geometry.ts'

interface PoolAttributes<Window> {
  readonly filterSize: Window
  readonly strides: Window
  readonly pad: 'valid' | 'same' | number
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

function pictureWindows({ shape }: tf.TensorInfo, attrs: tf.NamedAttrMap) {
  const pool = attrs as unknown as PoolAttributes<number | [number, number]>
  const { filterSize, strides, pad, dimRoundingMode } = pool
  const size = shape as [number, number, number, number]
  return windowsOf(tf.backend_util.computePool2DInfo(size, filterSize, strides, 1, pad, dimRoundingMode))
}

function volumeWindows({ shape }: tf.TensorInfo, attrs: tf.NamedAttrMap) {
  const pool = attrs as unknown as PoolAttributes<number | [number, number, number]>
  const { filterSize, strides, pad, dimRoundingMode } = pool
  const size = shape as [number, number, number, number, number]
  return windowsOf(tf.backend_util.computePool3DInfo(size, filterSize, strides, 1, pad, dimRoundingMode))
}

/** Numbers of one volume, of the input and of the result. */
function sizesOf(g: Windows): { readonly inputs: number; readonly outputs: number } {
  return {
    inputs: g.inDepth * g.inHeight * g.inWidth * g.inChannels,
    outputs: g.outDepth * g.outHeight * g.outWidth * g.inChannels,
  }
}

/** A comparison and what goes with it, of each tap, in multiplications. */
const workOfTap = 2

type Results = { readonly y?: tf.TensorInfo; readonly places?: tf.TensorInfo | number }

/** The maximum of each window of x, and the place it comes from, where they are asked for. */
function findMaxima(call: WasmKernelCall, windows: Windows, x: tf.TensorInfo, results: Results): void {
  const taps = windows.filterDepth * windows.filterHeight * windows.filterWidth
  const { batchSize: rows } = windows
  const work = workOfTap * taps * rows * sizesOf(windows).outputs
  const scratch = call.kernels.windowScratch(taps)
  overRows(call, 'maxPool', { rows, work, scratch }, { x, ...results, ...windows })
}

/** dx = dy at the (first) maximum of each window, summed where windows share one; 0 elsewhere. */
function poolGradient(
  call: WasmKernelCall,
  windows: Windows,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
): tf.TensorInfo {
  const { info } = newZeros(call.backend, x.shape)
  const { batchSize: rows } = windows
  const work = rows * sizesOf(windows).outputs
  withScratch(call.backend, 4 * work, places => {
    findMaxima(call, windows, x, { places })
    overRows(call, 'scatterAtMaxima', { rows, work }, { x: info, y: dy, places, ...windows })
  })
  return info
}

/** The gradient of maxPool: tfjs's sends it to element 0 when a window has no positive element. */
export const maxPoolGradient: WasmKernel = {
  kernelName: tf.MaxPoolGrad,
  run: call => {
    const { dy, input } = call.inputs
    return poolGradient(call, pictureWindows(input, call.attrs), input, dy)
  },
}

/** The gradient of maxPool3d, wrong in tfjs for the same reason. */
export const maxPool3dGradient: WasmKernel = {
  kernelName: tf.MaxPool3DGrad,
  run: call => {
    const { dy, input } = call.inputs
    return poolGradient(call, volumeWindows(input, call.attrs), input, dy)
  },
}

/** The maximum of each window of a volume. */
export const maxPool3d: WasmKernel = {
  kernelName: tf.MaxPool3D,
  run: call => {
    const { x } = call.inputs
    const windows = volumeWindows(x, call.attrs)
    const { info } = newTensor(call.backend, [
      windows.batchSize,
      windows.outDepth,
      windows.outHeight,
      windows.outWidth,
      windows.outChannels,
    ])
    findMaxima(call, windows, x, { y: info })
    return info
  },
}

/** The maximum of each window and where it is: (h·width + w)·channels + c, from the batch's start if asked. */
export const maxPoolWithArgmax: WasmKernel = {
  kernelName: tf.MaxPoolWithArgmax,
  run: call => {
    const { x } = call.inputs
    const { attrs, backend } = call
    const windows = pictureWindows(x, attrs)
    const shape = [windows.batchSize, windows.outHeight, windows.outWidth, windows.outChannels]
    const { info: y } = newTensor(backend, shape)
    const { info: places } = newTensor(backend, shape, 'int32')
    findMaxima(call, windows, x, { y, places })
    if (attrs.includeBatchInIndex) {
      const numbers = backend.typedArrayFromHeap(places)
      const { inputs, outputs } = sizesOf(windows)
      for (let i = 0; i < numbers.length; i++) numbers[i] += Math.floor(i / outputs) * inputs
    }
    return [y, places]
  },
}
