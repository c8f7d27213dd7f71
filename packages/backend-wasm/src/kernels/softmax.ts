import { RowLogSumExp, RowLogSumExpGrad, SoftmaxGrad } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

/** An exponential, and what goes with it, in multiplications. */
const workOfTerm = 16

function rowsAndWidth({ shape }: tf.TensorInfo): [number, number] {
  return [tf.util.sizeFromShape(shape.slice(0, -1)), shape[shape.length - 1]]
}

/** log Σ exp along the last axis. */
export const rowLogSumExp: WasmKernel = {
  kernelName: RowLogSumExp,
  run: call => {
    const { x } = call.inputs
    const [rows, width] = rowsAndWidth(x)
    const out = newTensor(call.backend, x.shape.slice(0, -1))
    const problem = { width, x, out: out.info }
    overRows(call, 'rowLogSumExp', { rows, work: workOfTerm * rows * width }, problem)
    return [out.info]
  },
}

/** Its gradient, of x's shape, and softmax's: [dx] of two inputs, one of them with a number a row or like x. */
function gradient(
  kernelName: string,
  kernel: 'rowLogSumExpGradient' | 'softmaxGradient',
  of: 'x' | 'y',
): WasmKernel {
  return {
    kernelName,
    run: call => {
      const { [of]: x, dy } = call.inputs
      const [rows, width] = rowsAndWidth(x)
      const dx = newTensor(call.backend, x.shape)
      overRows(call, kernel, { rows, work: workOfTerm * rows * width }, { width, x, dy, dx: dx.info })
      return [dx.info]
    },
  }
}

export const rowLogSumExpGrad = gradient(RowLogSumExpGrad, 'rowLogSumExpGradient', 'x')
export const softmaxGrad = gradient(SoftmaxGrad, 'softmaxGradient', 'y')
