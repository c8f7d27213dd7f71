import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor, withScratch } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { newZeros } from './new-zeros.ts'
import { geometry2d, geometry3d, type WindowGeometry, withGeometry } from './window-geometry.ts'

interface PoolAttributes<Window> {
  readonly filterSize: Window
  readonly strides: Window
  readonly pad: 'valid' | 'same' | number
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

function pictureWindows({ shape }: tf.TensorInfo, attrs: tf.NamedAttrMap): WindowGeometry {
  const pool = attrs as unknown as PoolAttributes<number | [number, number]>
  const { filterSize, strides, pad, dimRoundingMode } = pool
  const size = shape as [number, number, number, number]
  return geometry2d(tf.backend_util.computePool2DInfo(size, filterSize, strides, 1, pad, dimRoundingMode))
}

function volumeWindows({ shape }: tf.TensorInfo, attrs: tf.NamedAttrMap): WindowGeometry {
  const pool = attrs as unknown as PoolAttributes<number | [number, number, number]>
  const { filterSize, strides, pad, dimRoundingMode } = pool
  const size = shape as [number, number, number, number, number]
  return geometry3d(tf.backend_util.computePool3DInfo(size, filterSize, strides, 1, pad, dimRoundingMode))
}

function count(sizes: readonly number[], channels: number): number {
  return sizes.reduce((product, size) => product * size, channels)
}

/** dx = dy at the (first) maximum of each window, summed where windows share one; 0 elsewhere. */
function poolGradient(
  { backend, kernels }: WasmKernelCall,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  windows: WindowGeometry,
): tf.TensorInfo {
  const { info, address } = newZeros(backend, x.shape)
  const { batch, input, output, inChannels } = windows
  const outputs = count(output, inChannels)
  withScratch(backend, 4 * batch * outputs, indices =>
    withGeometry(backend, windows, geometry => {
      kernels.maxPool(addressOf(backend, x), 0, indices, geometry)
      const inputs = count(input, inChannels)
      kernels.scatterAtMaxima(addressOf(backend, dy), indices, address, batch, outputs, inputs)
    }),
  )
  return info
}

/** The gradient of maxPool: tfjs's sends it to element 0 when a window has no positive element. */
export const maxPoolGradient: WasmKernel = {
  kernelName: tf.MaxPoolGrad,
  run: call => {
    const { dy, input } = call.inputs
    return poolGradient(call, input, dy, pictureWindows(input, call.attrs))
  },
}

/** The gradient of maxPool3d, wrong in tfjs for the same reason. */
export const maxPool3dGradient: WasmKernel = {
  kernelName: tf.MaxPool3DGrad,
  run: call => {
    const { dy, input } = call.inputs
    return poolGradient(call, input, dy, volumeWindows(input, call.attrs))
  },
}

/** The maximum of each window of a volume. */
export const maxPool3d: WasmKernel = {
  kernelName: tf.MaxPool3D,
  run: ({ inputs: { x }, attrs, backend, kernels }) => {
    const windows = volumeWindows(x, attrs)
    const { batch, output, inChannels } = windows
    const { info, address } = newTensor(backend, [batch, ...output, inChannels])
    withGeometry(backend, windows, geometry => kernels.maxPool(addressOf(backend, x), address, 0, geometry))
    return info
  },
}

/** The maximum of each window and where it is: (h·width + w)·channels + c, from the batch's start if asked. */
export const maxPoolWithArgmax: WasmKernel = {
  kernelName: tf.MaxPoolWithArgmax,
  run: ({ inputs: { x }, attrs, backend, kernels }) => {
    const windows = pictureWindows(x, attrs)
    const { batch, input, output, inChannels } = windows
    const shape = [batch, ...output.slice(1), inChannels]
    const values = newTensor(backend, shape)
    const indices = newTensor(backend, shape, 'int32')
    withGeometry(backend, windows, geometry =>
      kernels.maxPool(addressOf(backend, x), values.address, indices.address, geometry),
    )
    if (attrs.includeBatchInIndex) {
      const places = backend.typedArrayFromHeap(indices.info)
      const [inputs, outputs] = [count(input, inChannels), count(output, inChannels)]
      for (let i = 0; i < places.length; i++) places[i] += Math.floor(i / outputs) * inputs
    }
    return [values.info, indices.info]
  },
}
