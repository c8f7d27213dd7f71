import { SeparableMaps } from '@chiaro/ops'
import { newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

/** Weights that are not 0, of a line or a column. */
const usualWeights = 4

/** Pictures resampled by matrices of their own, by the contract of @chiaro/ops. */
export const separableMaps: WasmKernel = {
  kernelName: SeparableMaps,
  run: call => {
    const { x, rows, columns } = call.inputs
    const [count, height, width, channels] = x.shape
    const [high, wide] = [rows.shape[1], columns.shape[1]]
    const y = newTensor(call.backend, [count, high, wide, channels])
    const scratch = call.kernels.separableScratch(width, channels, wide)
    const work = usualWeights * count * high * (width + wide) * channels
    const problem = { x, rows, columns, y: y.info, height, width, channels, high, wide }
    overRows(call, 'separable', { rows: count, work, scratch }, problem)
    return [y.info]
  },
}
