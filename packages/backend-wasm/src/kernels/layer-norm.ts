import { LayerNorm, type LayerNormAttributes, LayerNormGrad } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { newTensor, withScratch } from '../heap.ts'
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
    const problem = { width, epsilon, x, scale, offset, y: y.info }
    overRows(call, 'layerNorm', { rows, work: passes * rows * width }, problem)
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
    const [dx, dscale, doffset] = [x, scale, scale].map(({ shape }) => newTensor(call.backend, shape).info)
    const work = passes * rows * width
    withScratch(call.backend, 8 * rows, moments => {
      const problem = { rows, width, epsilon, x, dy, scale, dx, dscale, doffset, moments }
      overRows(call, 'layerNormGradient', { rows, work }, problem)
      overRows(call, 'layerNormParameterGradients', { rows: width, work }, problem)
    })
    return [dx, dscale, doffset]
  },
}
