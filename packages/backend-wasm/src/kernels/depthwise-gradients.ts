import * as tf from '@tensorflow/tfjs-core'
import { addressOf } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { newZeros } from './new-zeros.ts'
import { geometry2d, type WindowGeometry, withGeometry } from './window-geometry.ts'

type Shape4d = [number, number, number, number]

interface DepthwiseAttributes {
  readonly strides: number | [number, number]
  readonly dilations: number | [number, number]
  readonly pad: 'valid' | 'same' | number
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

function geometry(x: readonly number[], filter: readonly number[], attrs: tf.NamedAttrMap): WindowGeometry {
  const { strides, dilations, pad, dimRoundingMode } = attrs as unknown as DepthwiseAttributes
  const shapes = [[...x] as Shape4d, [...filter] as Shape4d] as const
  return geometry2d(
    tf.backend_util.computeConv2DInfo(...shapes, strides, dilations, pad, dimRoundingMode, true),
  )
}

/** dL/dx of depthwiseConv2d(x, filter), from dy = dL/dout; filter [height, width, channels, multiplier]. */
export const depthwiseConv2dBackpropInput: WasmKernel = {
  kernelName: tf.DepthwiseConv2dNativeBackpropInput,
  run: ({ inputs: { dy, filter }, attrs, backend, kernels }) => {
    const inputShape = attrs.inputShape as number[]
    const { info, address } = newZeros(backend, inputShape)
    withGeometry(backend, geometry(inputShape, filter.shape, attrs), windows =>
      kernels.depthwiseInputGradient(addressOf(backend, dy), addressOf(backend, filter), address, windows),
    )
    return info
  },
}

/** dL/dfilter of depthwiseConv2d(x, filter), from dy = dL/dout. */
export const depthwiseConv2dBackpropFilter: WasmKernel = {
  kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
  run: ({ inputs: { x, dy }, attrs, backend, kernels }) => {
    const filterShape = attrs.filterShape as number[]
    const { info, address } = newZeros(backend, filterShape)
    withGeometry(backend, geometry(x.shape, filterShape, attrs), windows =>
      kernels.depthwiseFilterGradient(addressOf(backend, x), addressOf(backend, dy), address, windows),
    )
    return info
  },
}
