import { typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Epilogue, epilogueOf, finish, onTheWay } from '../activation.ts'
import { newTensor } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'
import { windowsOf } from './window-geometry.ts'

type Shape4D = [number, number, number, number]

/** The windows of a convolution, NHWC only, and its sizes in all. */
function geometry(where: string, x: readonly number[], filter: readonly number[], attrs: tf.NamedAttrMap) {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attrs
  if (dataFormat !== undefined && dataFormat !== 'NHWC') {
    throw typeError(`${where} on wasm`, 'dataFormat', "'NHWC'", String(dataFormat))
  }
  const info = tf.backend_util.computeConv2DInfo(
    x as Shape4D,
    filter as Shape4D,
    strides as number | [number, number],
    (dilations ?? 1) as number | [number, number],
    pad as number | 'valid' | 'same',
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
  )
  const pixels = info.batchSize * info.outHeight * info.outWidth
  const taps = info.filterHeight * info.filterWidth
  const work = pixels * taps * info.inChannels * info.outChannels
  return { info, windows: windowsOf(info), pixels, taps, work }
}

function forward(call: WasmKernelCall, epilogue: Epilogue): tf.TensorInfo {
  const { inputs, attrs, backend, kernels } = call
  const { x, filter } = inputs
  const { info: g, windows, pixels, taps, work } = geometry('conv2d', x.shape, filter.shape, attrs)
  const { inChannels, outChannels } = g
  const { info: y } = newTensor(backend, g.outShape)
  if (pixels * outChannels === 0) return y
  const { bias, activation } = onTheWay(epilogue, outChannels)
  const pointwise =
    taps === 1 &&
    g.strideHeight * g.strideWidth === 1 &&
    g.outHeight === g.inHeight &&
    g.outWidth === g.inWidth
  if (pointwise) {
    const scratch = kernels.matMulScratch(outChannels, inChannels)
    const size = { m: pixels, n: outChannels, k: inChannels, transposeA: false, transposeB: false }
    const problem = { a: x, b: filter, out: y, bias, activation, ...size }
    overRows(call, 'matMul', { rows: pixels, work, scratch }, problem)
  } else {
    const scratch = kernels.conv2dScratch(outChannels, taps * inChannels, inChannels)
    const problem = { x, filter, y, bias, activation, ...windows }
    overRows(call, 'conv2d', { rows: pixels, work, scratch }, problem)
  }
  return finish(backend, y, epilogue)
}

/** tf.conv2d, as a product with patches that are packed straight into the product's panels. */
export const conv2d: WasmKernel = {
  kernelName: tf.Conv2D,
  run: call => forward(call, {}),
}

/** tf.fused.conv2d: bias and activation in the same pass. */
export const fusedConv2d: WasmKernel = {
  kernelName: tf.FusedConv2D,
  run: call => forward(call, epilogueOf(call.inputs, call.attrs)),
}

/** The gradient of conv2d in its input; also tf.conv2dTranspose. */
export const conv2dBackpropInput: WasmKernel = {
  kernelName: tf.Conv2DBackpropInput,
  run: call => {
    const { inputs, attrs, backend, kernels } = call
    const { dy, filter } = inputs
    const inputShape = attrs.inputShape as number[]
    const { info: g, windows, taps, work } = geometry('conv2dBackpropInput', inputShape, filter.shape, attrs)
    const { info: dx } = newTensor(backend, g.inShape)
    if (g.inShape.includes(0)) return dx
    const scratch = kernels.conv2dScratch(g.inChannels, taps * g.outChannels, g.outChannels)
    // Rows are pictures here.
    const rows = { rows: g.batchSize, work, scratch }
    overRows(call, 'conv2dBackpropInput', rows, { x: dx, filter, y: dy, ...windows })
    return dx
  },
}

/** The gradient of conv2d in its filter; tfjs has no such kernel on wasm. */
export const conv2dBackpropFilter: WasmKernel = {
  kernelName: tf.Conv2DBackpropFilter,
  run: call => {
    const { inputs, attrs, backend, kernels } = call
    const { x, dy } = inputs
    const filterShape = attrs.filterShape as number[]
    const { info: g, windows, ...size } = geometry('conv2dBackpropFilter', x.shape, filterShape, attrs)
    const { info: dFilter } = newTensor(backend, g.filterShape)
    const rows = size.taps * g.inChannels
    if (rows * g.outChannels === 0) return dFilter
    const scratch = kernels.conv2dScratch(g.outChannels, size.pixels, g.inChannels)
    const problem = { x, filter: dFilter, y: dy, ...windows }
    overRows(call, 'conv2dBackpropFilter', { rows, work: size.work, scratch }, problem)
    return dFilter
  },
}
