import * as tf from '@tensorflow/tfjs-core'
import type { ChannelConvolution } from '../generated/kernel-exports.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'
import { newZeros } from './new-zeros.ts'
import { windowsOf } from './window-geometry.ts'

type Shape4d = [number, number, number, number]
type Shape5d = [number, number, number, number, number]

/** A convolution whose gradients are no products of matrices: the problem of x and filter but for the tensors. */
type Convolve = (
  x: readonly number[],
  filter: readonly number[],
  attrs: tf.NamedAttrMap,
) => Omit<ChannelConvolution, 'x' | 'filter' | 'y'>

/** tfjs's backward kernels of conv3d know no dilation; the gradient spreads the filter before. */
const conv3d: Convolve = (x, filter, attrs) => {
  const { strides, pad } = attrs as unknown as {
    readonly strides: number | [number, number, number]
    readonly pad: 'valid' | 'same'
  }
  const shapes = [[...x] as Shape5d, [...filter] as Shape5d] as const
  const windows = windowsOf(tf.backend_util.computeConv3DInfo(...shapes, strides, 1, pad))
  return { channelOutputs: filter[4], channelStep: 0, ...windows }
}

const depthwise: Convolve = (x, filter, attrs) => {
  const { strides, dilations, pad, dimRoundingMode } = attrs as unknown as {
    readonly strides: number | [number, number]
    readonly dilations: number | [number, number]
    readonly pad: 'valid' | 'same' | number
    readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  }
  const shapes = [[...x] as Shape4d, [...filter] as Shape4d] as const
  const info = tf.backend_util.computeConv2DInfo(...shapes, strides, dilations, pad, dimRoundingMode, true)
  return { channelOutputs: filter[3], channelStep: filter[3], ...windowsOf(info) }
}

/** The gradient of a convolution in x or in filter, whichever is missing of the inputs, from dy = dL/dout. */
function gradient(
  kernelName: string,
  kernel: 'inputGradient' | 'filterGradient',
  convolve: Convolve,
): WasmKernel {
  return {
    kernelName,
    run: call => {
      const { inputs, attrs, backend, kernels } = call
      const shape = (attrs.inputShape ?? attrs.filterShape) as number[]
      const { info } = newZeros(backend, shape)
      const { x = info, filter = info, dy } = inputs
      const problem = { x, filter, y: dy, ...convolve(x.shape, filter.shape, attrs) }
      const taps = problem.filterDepth * problem.filterHeight * problem.filterWidth
      // Volumes are shared out, unless their gradients are one sum.
      const work = kernel === 'inputGradient' ? tf.util.sizeFromShape(dy.shape) * taps : 0
      overRows(call, kernel, { rows: problem.batchSize, work, scratch: kernels.windowScratch(taps) }, problem)
      return info
    },
  }
}

export const conv3dBackpropInput = gradient(tf.Conv3DBackpropInputV2, 'inputGradient', conv3d)
export const conv3dBackpropFilter = gradient(tf.Conv3DBackpropFilterV2, 'filterGradient', conv3d)
export const depthwiseConv2dBackpropInput = gradient(
  tf.DepthwiseConv2dNativeBackpropInput,
  'inputGradient',
  depthwise,
)
export const depthwiseConv2dBackpropFilter = gradient(
  tf.DepthwiseConv2dNativeBackpropFilter,
  'filterGradient',
  depthwise,
)
