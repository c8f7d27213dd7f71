import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { stockKernel } from '../stock-kernel.ts'

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1)

/** The shape as runs of axes that are all summed or all kept. */
function runsOf(shape: readonly number[], summed: ReadonlySet<number>) {
  const runs: { size: number; summed: boolean }[] = []
  shape.forEach((size, axis) => {
    if (size === 1) return
    const last = runs[runs.length - 1]
    if (last?.summed === summed.has(axis)) last.size *= size
    else runs.push({ size, summed: summed.has(axis) })
  })
  return runs
}

/** The sum over some axes, times `factor(count of numbers in each sum)`: one pass for each run of them. */
function sumOver(
  { inputs: { x }, attrs, backend, kernels }: WasmKernelCall,
  factor: (count: number) => number,
) {
  const axes = tf.util.parseAxisParam(attrs.axis as number | number[], [...x.shape])
  const summed = new Set(axes)
  const kept = x.shape.flatMap((size, axis) => (summed.has(axis) ? (attrs.keepDims ? [1] : []) : [size]))
  const runs = runsOf(x.shape, summed)
  if (!runs.some(run => run.summed)) runs.push({ size: 1, summed: true })
  const count = product(axes.map(axis => x.shape[axis]))
  let source = { info: x, address: addressOf(backend, x) }
  while (runs.some(run => run.summed)) {
    const at = runs.findLastIndex(run => run.summed)
    const [outer, middle] = [product(runs.slice(0, at).map(run => run.size)), runs[at].size]
    const inner = product(runs.slice(at + 1).map(run => run.size))
    runs.splice(at, 1)
    const last = !runs.some(run => run.summed)
    const result = newTensor(backend, last ? kept : [outer, inner])
    kernels.sumMiddle(source.address, result.address, outer, middle, inner, last ? factor(count) : 1)
    if (source.info !== x) backend.disposeData(source.info.dataId)
    source = result
  }
  return source.info
}

/** Where x is float32, `fast`; else tfjs's own kernel. */
function forFloats(kernelName: string, fast: WasmKernel['run']): WasmKernel {
  const stock = stockKernel(kernelName)
  return {
    ...stock,
    run: call => {
      if (call.inputs.x.dtype === 'float32') return fast(call)
      const result = stock.run(call) as tf.TensorInfo
      // Of no numbers, tfjs leaves what the heap held before.
      if (call.inputs.x.shape.includes(0)) call.backend.typedArrayFromHeap(result).fill(0)
      return result
    },
  }
}

/** tf.sum; tfjs's own transposes its input first unless the last axes are summed. The sum of no numbers is 0. */
export const sum = forFloats(tf.Sum, call => sumOver(call, () => 1))

/** tf.mean; the mean of no numbers is NaN. */
export const mean = forFloats(tf.Mean, call => sumOver(call, count => 1 / count))
