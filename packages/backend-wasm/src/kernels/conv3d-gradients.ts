import * as tf from '@tensorflow/tfjs-core'
import { addressOf } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { newZeros } from './new-zeros.ts'
import { geometry3d, type WindowGeometry, withGeometry } from './window-geometry.ts'

type Shape5d = [number, number, number, number, number]

/** tfjs's backward kernels of conv3d know no dilation; the gradient spreads the filter before. */
function geometry(x: readonly number[], filter: readonly number[], attrs: tf.NamedAttrMap): WindowGeometry {
  const strides = attrs.strides as number | [number, number, number]
  const pad = attrs.pad as 'valid' | 'same'
  const shapes = [[...x] as Shape5d, [...filter] as Shape5d] as const
  return geometry3d(tf.backend_util.computeConv3DInfo(...shapes, strides, 1, pad))
}

/** dL/dx of conv3d(x, filter), from dy = dL/dout; filter [depth, height, width, in, out]. */
export const conv3dBackpropInput: WasmKernel = {
  kernelName: tf.Conv3DBackpropInputV2,
  run: ({ inputs: { dy, filter }, attrs, backend, kernels }) => {
    const inputShape = attrs.inputShape as number[]
    const { info, address } = newZeros(backend, inputShape)
    withGeometry(backend, geometry(inputShape, filter.shape, attrs), windows =>
      kernels.conv3dInputGradient(addressOf(backend, dy), addressOf(backend, filter), address, windows),
    )
    return info
  },
}

/** dL/dfilter of conv3d(x, filter), from dy = dL/dout. */
export const conv3dBackpropFilter: WasmKernel = {
  kernelName: tf.Conv3DBackpropFilterV2,
  run: ({ inputs: { x, dy }, attrs, backend, kernels }) => {
    const filterShape = attrs.filterShape as number[]
    const { info, address } = newZeros(backend, filterShape)
    withGeometry(backend, geometry(x.shape, filterShape, attrs), windows =>
      kernels.conv3dFilterGradient(addressOf(backend, x), addressOf(backend, dy), address, windows),
    )
    return info
  },
}
