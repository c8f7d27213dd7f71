import { typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Epilogue, epilogueOf, finish, onTheWay } from '../activation.ts'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

type Shape4D = [number, number, number, number]
type Pad = number | 'valid' | 'same'

/** Sizes, strides and paddings of a convolution, NHWC only, as tfjs computes them. */
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
    pad as Pad,
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
  )
  const steps = [
    info.strideHeight,
    info.strideWidth,
    info.padInfo.top,
    info.padInfo.left,
    info.dilationHeight,
    info.dilationWidth,
  ] as const
  return { ...info, steps }
}

function forward(call: WasmKernelCall, epilogue: Epilogue): tf.TensorInfo {
  const { inputs, attrs, backend, kernels } = call
  const { x, filter } = inputs
  const g = geometry('conv2d', x.shape, filter.shape, attrs)
  const [o, c, kh, kw] = [g.outChannels, g.inChannels, g.filterHeight, g.filterWidth]
  const { info, address: out } = newTensor(backend, g.outShape)
  const rows = g.batchSize * g.outHeight * g.outWidth
  if (rows * o === 0) return info
  const way = onTheWay(epilogue, o)
  const bias = way.bias === undefined ? 0 : addressOf(backend, way.bias)
  const [atX, atFilter] = [addressOf(backend, x), addressOf(backend, filter)]
  const pointwise =
    kh * kw === 1 &&
    g.strideHeight * g.strideWidth === 1 &&
    g.outHeight === g.inHeight &&
    g.outWidth === g.inWidth
  const work = rows * o * kh * kw * c
  const { activation } = way
  if (pointwise) {
    const scratch = kernels.matMulScratch(o, c)
    overRows(call, 'matMul', { rows, work, scratch }, (first, end, room) => [
      ...[atX, atFilter, out, first, end, rows, o, c, 0, 0, bias, activation, room],
    ])
  } else {
    const sizes = [g.inHeight, g.inWidth, c, g.outHeight, g.outWidth, o, kh, kw]
    const scratch = kernels.conv2dScratch(o, kh * kw * c, c)
    overRows(call, 'conv2d', { rows, work, scratch }, (first, end, room) => [
      ...[atX, atFilter, out, first, end, ...sizes, ...g.steps, bias, activation, room],
    ])
  }
  return finish(backend, info, epilogue)
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
    const g = geometry('conv2dBackpropInput', attrs.inputShape as number[], filter.shape, attrs)
    const [o, c, kh, kw] = [g.outChannels, g.inChannels, g.filterHeight, g.filterWidth]
    const { info, address } = newTensor(backend, g.inShape)
    if (g.inShape.includes(0)) return info
    const sizes = [g.inHeight, g.inWidth, c, g.outHeight, g.outWidth, o, kh, kw]
    const scratch = kernels.conv2dScratch(c, kh * kw * o, o)
    const [atDy, atFilter] = [addressOf(backend, dy), addressOf(backend, filter)]
    const [dyBytes, dxBytes] = [4 * g.outHeight * g.outWidth * o, 4 * g.inHeight * g.inWidth * c]
    const work = g.batchSize * g.outHeight * g.outWidth * o * kh * kw * c
    // Rows are pictures here.
    overRows(call, 'conv2dBackpropInput', { rows: g.batchSize, work, scratch }, (first, end, room) => [
      ...[
        atDy + first * dyBytes,
        atFilter,
        address + first * dxBytes,
        end - first,
        ...sizes,
        ...g.steps,
        room,
      ],
    ])
    return info
  },
}

/** The gradient of conv2d in its filter; tfjs has no such kernel on wasm. */
export const conv2dBackpropFilter: WasmKernel = {
  kernelName: tf.Conv2DBackpropFilter,
  run: call => {
    const { inputs, attrs, backend, kernels } = call
    const { x, dy } = inputs
    const g = geometry('conv2dBackpropFilter', x.shape, attrs.filterShape as number[], attrs)
    const [o, c, kh, kw] = [g.outChannels, g.inChannels, g.filterHeight, g.filterWidth]
    const { info, address } = newTensor(backend, g.filterShape)
    const [rows, pixels] = [kh * kw * c, g.batchSize * g.outHeight * g.outWidth]
    if (rows * o === 0) return info
    const sizes = [g.batchSize, g.inHeight, g.inWidth, c, g.outHeight, g.outWidth, o, kw]
    const scratch = kernels.conv2dScratch(o, pixels, c)
    const [atX, atDy] = [addressOf(backend, x), addressOf(backend, dy)]
    overRows(call, 'conv2dBackpropFilter', { rows, work: rows * o * pixels, scratch }, (first, end, room) => [
      ...[atX, atDy, address, first, end, ...sizes, ...g.steps, room],
    ])
    return info
  },
}
