import { AdamW, type AdamWAttributes } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

/** A root and two divisions are worth so many multiplications. */
const workOfUpdate = 16

/** One AdamW step on all parameters, by the contract of @chiaro/ops. */
export const adamw: WasmKernel = {
  kernelName: AdamW,
  run: call => {
    const inputs = call.inputs as unknown as readonly tf.TensorInfo[]
    const a = call.attrs as unknown as AdamWAttributes
    return a.learningRates.flatMap((learningRate, i) => {
      const { shape } = inputs[4 * i]
      const outputs = [0, 1, 2].map(() => newTensor(call.backend, shape))
      const from = inputs.slice(4 * i, 4 * i + 4).map(input => addressOf(call.backend, input))
      const addresses = [...from, ...outputs.map(({ address }) => address)]
      const rows = tf.util.sizeFromShape(shape)
      overRows(call, 'adamw', { rows, work: rows * workOfUpdate, scratch: 0 }, (first, end) => [
        ...addresses.map(address => address + 4 * first),
        end - first,
        learningRate,
        a.beta1,
        a.beta2,
        a.epsilon,
        a.weightDecays[i],
        1 / a.firstCorrection,
        1 / a.secondCorrection,
        a.gradientScale,
      ])
      return outputs.map(({ info }) => info)
    })
  },
}
