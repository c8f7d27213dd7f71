import { typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Epilogue, epilogueOf, finish, onTheWay } from '../activation.ts'
import type { Product } from '../generated/kernel-exports.ts'
import { addressOf, newTensor, withScratch } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { heapMemory } from '../tfjs-wasm.ts'
import { overRows } from '../threads/over-rows.ts'

/** From so many products on, threads take whole ones; parts of fewer would be uneven. */
const leastBatch = 16

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** For each batch entry of the result, which one of an operand with fewer (broadcast) batch axes it takes. */
function batchIndices(operand: readonly number[], result: readonly number[]): number[] {
  const lead = result.length - operand.length
  let indices = [0]
  result.forEach((size, axis) => {
    const own = axis < lead ? 1 : operand[axis - lead]
    indices = indices.flatMap(index =>
      Array.from({ length: size }, (_, i) => index * own + (own === 1 ? 0 : i)),
    )
  })
  return indices
}

/** out[…, m, n] = activation(op(a)·op(b) + bias); batch axes are broadcast. Float32 only, as in tfjs. */
function product(call: WasmKernelCall, epilogue: Epilogue): tf.TensorInfo {
  const { inputs, attrs, backend, kernels } = call
  const { a, b } = inputs
  const [transposeA, transposeB] = [Boolean(attrs.transposeA), Boolean(attrs.transposeB)]
  for (const [name, { dtype }] of Object.entries({ a, b })) {
    if (dtype !== 'float32') throw typeError('matMul on wasm', name, 'a float32 tensor', dtype)
  }
  const [ra, rb] = [a.shape.length, b.shape.length]
  const m = a.shape[transposeA ? ra - 1 : ra - 2]
  const k = a.shape[transposeA ? ra - 2 : ra - 1]
  const n = b.shape[transposeB ? rb - 2 : rb - 1]
  const innerB = b.shape[transposeB ? rb - 1 : rb - 2]
  if (k !== innerB) {
    throw typeError('matMul', 'b', `of inner size ${k}, as a of shape [${a.shape}]`, `shape [${b.shape}]`)
  }
  const batchA = a.shape.slice(0, -2)
  const batchB = b.shape.slice(0, -2)
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB)
  const { info, address: out } = newTensor(backend, [...batch, m, n])
  if (sizeOf(info.shape) === 0) return info
  const scratch = kernels.matMulScratch(n, k)
  const products = { n, k, transposeA, transposeB, ...onTheWay(epilogue, n) }
  const one = (operands: Pick<Product, 'a' | 'b' | 'out'>, rows: number) => {
    const { a, b, out } = operands
    overRows(call, 'matMul', { rows, work: rows * n * k, scratch }, { a, b, out, m: rows, ...products })
  }
  if (sizeOf(batchB) === 1 && !transposeA) {
    // One b for all: the rows of every batch entry stacked are one product.
    one({ a, b, out: info }, sizeOf(batchA) * m)
  } else {
    const [ofA, ofB] = [batchIndices(batchA, batch), batchIndices(batchB, batch)]
    const [atA, atB] = [addressOf(backend, a), addressOf(backend, b)]
    const operands = ofA.map((indexA, i) => ({
      a: atA + indexA * m * k * 4,
      b: atB + ofB[i] * k * n * 4,
      out: out + i * m * n * 4,
    }))
    const rows = operands.length
    if (rows < leastBatch) {
      for (const of of operands) one(of, m)
    } else {
      // Whole products are shared out: a product of attention is too small to be.
      withScratch(backend, 12 * rows, table => {
        const addresses = operands.flatMap(({ a, b, out }) => [a, b, out])
        new Uint32Array(heapMemory(backend)!.buffer, table, addresses.length).set(addresses)
        const work = rows * m * n * k
        overRows(call, 'matMulMany', { rows, work, scratch }, { m, table, ...products })
      })
    }
  }
  return finish(backend, info, epilogue)
}

/** tf.matMul; tfjs's own is 20 to 60 times slower when an operand is transposed, as every backward pass has it. */
export const batchMatMul: WasmKernel = {
  kernelName: tf.BatchMatMul,
  run: call => product(call, {}),
}

/** tf.fused.matMul: bias and activation in the same pass. */
export const fusedMatMul: WasmKernel = {
  kernelName: tf._FusedMatMul,
  run: call => product(call, epilogueOf(call.inputs, call.attrs)),
}
