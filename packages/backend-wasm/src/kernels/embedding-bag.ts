import { EmbeddingBag, EmbeddingBagGrad } from '@chiaro/ops'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { newZeros } from './new-zeros.ts'

/** out_b = Σ_l weights_bl · table[ids_bl], without the rows in between. */
export const embeddingBag: WasmKernel = {
  kernelName: EmbeddingBag,
  run: ({ inputs: { table, ids, weights }, backend, kernels }) => {
    const [rows, width] = table.shape
    const [batch, length] = ids.shape
    const { info, address } = newZeros(backend, [batch, width], 'float32')
    const from = [table, ids, weights].map(input => addressOf(backend, input))
    kernels.embeddingBag(from[0], from[1], from[2], address, rows, width, batch, length)
    return info
  },
}

/** The gradients of `embeddingBag` for the table and the weights. */
export const embeddingBagGradient: WasmKernel = {
  kernelName: EmbeddingBagGrad,
  run: ({ inputs: { table, ids, weights, dy }, backend, kernels }) => {
    const [rows, width] = table.shape
    const [batch, length] = ids.shape
    const ofTable = newZeros(backend, [rows, width], 'float32')
    const ofWeights = newTensor(backend, [batch, length])
    const from = [table, ids, weights, dy].map(input => addressOf(backend, input))
    kernels.embeddingBagGradient(
      from[0],
      from[1],
      from[2],
      from[3],
      ofTable.address,
      ofWeights.address,
      rows,
      width,
      batch,
      length,
    )
    return [ofTable.info, ofWeights.info]
  },
}
