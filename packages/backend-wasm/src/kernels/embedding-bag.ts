import { EmbeddingBag, EmbeddingBagGrad } from '@chiaro/ops'
import { newTensor } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { solve } from '../problem.ts'
import { newZeros } from './new-zeros.ts'

function problemOf({ inputs: { table, ids, weights } }: WasmKernelCall) {
  const [[rows, width], [batch, length]] = [table.shape, ids.shape]
  return { table, ids, weights, rows, width, batch, length }
}

/** out_b = Σ_l weights_bl · table[ids_bl], without the rows in between. */
export const embeddingBag: WasmKernel = {
  kernelName: EmbeddingBag,
  run: call => {
    const problem = problemOf(call)
    const { info: out } = newZeros(call.backend, [problem.batch, problem.width])
    solve(call, 'embeddingBag', { out, ...problem })
    return out
  },
}

/** The gradients of `embeddingBag` for the table and the weights. */
export const embeddingBagGradient: WasmKernel = {
  kernelName: EmbeddingBagGrad,
  run: call => {
    const { table, weights, dy } = call.inputs
    const { info: tableGradient } = newZeros(call.backend, table.shape)
    const { info: weightsGradient } = newTensor(call.backend, weights.shape)
    solve(call, 'embeddingBagGradient', { dy, tableGradient, weightsGradient, ...problemOf(call) })
    return [tableGradient, weightsGradient]
  },
}
