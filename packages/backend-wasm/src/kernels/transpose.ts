import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor, withScratch } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { stockKernel } from '../stock-kernel.ts'
import { heapMemory } from '../tfjs-wasm.ts'

const stock = stockKernel(tf.Transpose)

/** An axis of the result: its length and its steps, in numbers, on both sides. */
interface Axis {
  readonly count: number
  readonly inStep: number
  readonly outStep: number
}

/** The result's axes, neighbours that stay neighbours merged, axes of length 1 left out. */
function axesOf(shape: readonly number[], permutation: readonly number[]): Axis[] {
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const merged: Axis[] = []
  let outStep = 1
  for (const axis of [...permutation].reverse()) {
    const [count, inStep] = [shape[axis], steps[axis]]
    const inner = merged[0]
    if (count !== 1) {
      if (inner !== undefined && inner.inStep * inner.count === inStep) {
        merged[0] = { ...inner, count: inner.count * count }
      } else {
        merged.unshift({ count, inStep, outStep })
      }
    }
    outStep *= count
  }
  return merged
}

/** tf.transpose: runs that stay together are copied, the rest turned in tiles of 4×4. */
export const transpose: WasmKernel = {
  ...stock,
  run: call => {
    const { inputs, attrs, backend, kernels } = call
    const { x } = inputs
    if (x.dtype !== 'float32' && x.dtype !== 'int32') return stock.run(call)
    const permutation = attrs.perm as number[]
    const { info, address } = newTensor(
      backend,
      permutation.map(axis => x.shape[axis]),
      x.dtype,
    )
    if (x.shape.includes(0)) return info
    const axes = axesOf(x.shape, permutation)
    const contiguous = axes.findIndex(axis => axis.inStep === 1)
    const tiles = contiguous >= 0 && contiguous < axes.length - 1
    // The kernel copies the two last axes together: for tiles, that which is contiguous in x, then that in out.
    if (tiles) axes.splice(axes.length - 2, 0, axes.splice(contiguous, 1)[0])
    while (axes.length < 2) axes.unshift({ count: 1, inStep: 0, outStep: 0 })
    if (axes[axes.length - 1].inStep === 0) axes.push({ count: 1, inStep: 1, outStep: 1 })
    withScratch(backend, axes.length * 12, plan => {
      const numbers = axes.flatMap(({ count, inStep, outStep }) => [count, inStep, outStep])
      new Int32Array(heapMemory(backend)!.buffer, plan, numbers.length).set(numbers)
      kernels.transpose(addressOf(backend, x), address, plan, axes.length, Number(tiles))
    })
    return info
  },
}
