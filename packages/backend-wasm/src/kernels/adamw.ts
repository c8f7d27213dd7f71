import { AdamW, type AdamWAttributes } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { newTensor } from '../heap.ts'
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
      const [parameter, gradient, firstMoment, secondMoment] = inputs.slice(4 * i, 4 * i + 4)
      const [newParameter, newFirst, newSecond] = outputs.map(({ info }) => info)
      const rows = tf.util.sizeFromShape(shape)
      overRows(
        call,
        'adamw',
        { rows, work: rows * workOfUpdate },
        {
          parameter,
          gradient,
          firstMoment,
          secondMoment,
          newParameter,
          newFirst,
          newSecond,
          learningRate,
          beta1: a.beta1,
          beta2: a.beta2,
          epsilon: a.epsilon,
          weightDecay: a.weightDecays[i],
          inverseFirst: 1 / a.firstCorrection,
          inverseSecond: 1 / a.secondCorrection,
          gradientScale: a.gradientScale,
        },
      )
      return outputs.map(({ info }) => info)
    })
  },
}
