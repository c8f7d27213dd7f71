import { LayerNorm, type LayerNormAttributes, LayerNormGrad } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor, withScratch } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

function rowsAndWidth({ shape }: tf.TensorInfo): [number, number] {
  return [tf.util.sizeFromShape(shape.slice(0, -1)), shape[shape.length - 1]]
}

/** Passes over a number. */
const passes = 6

/** Layer normalisation, by the contract of @chiaro/ops. */
export const layerNorm: WasmKernel = {
  kernelName: LayerNorm,
  run: call => {
    const { x, scale, offset } = call.inputs
    const { epsilon } = call.attrs as unknown as LayerNormAttributes
    const [rows, width] = rowsAndWidth(x)
    const y = newTensor(call.backend, x.shape)
    const [from, by, plus] = [x, scale, offset].map(input => addressOf(call.backend, input))
    overRows(call, 'layerNorm', { rows, work: passes * rows * width, scratch: 0 }, (first, end) => [
      ...[from, by, plus, y.address, first, end, width, epsilon],
    ])
    return [y.info]
  },
}

/** Its gradient: rows first, then columns, each sum by one thread. */
export const layerNormGrad: WasmKernel = {
  kernelName: LayerNormGrad,
  run: call => {
    const { x, dy, scale } = call.inputs
    const { epsilon } = call.attrs as unknown as LayerNormAttributes
    const [rows, width] = rowsAndWidth(x)
    const [dx, dscale, doffset] = [x, scale, scale].map(({ shape }) => newTensor(call.backend, shape))
    const [from, of, by] = [x, dy, scale].map(input => addressOf(call.backend, input))
    const work = passes * rows * width
    withScratch(call.backend, 8 * rows, moments => {
      overRows(call, 'layerNormGradient', { rows, work, scratch: 0 }, (first, end) => [
        ...[from, of, by, dx.address, moments, first, end, width, epsilon],
      ])
      overRows(call, 'layerNormParameterGradients', { rows: width, work, scratch: 0 }, (first, end) => [
        ...[from, of, moments, dscale.address, doffset.address, rows, first, end, width],
      ])
    })
    return [dx.info, dscale.info, doffset.info]
  },
}
