import { AdamW, type AdamWAttributes } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'

/** One AdamW step on one tensor, by the contract of @chiaro/ops. */
export const adamw: WasmKernel = {
  kernelName: AdamW,
  run: ({ inputs: { parameter, gradient, firstMoment, secondMoment }, attrs, backend, kernels }) => {
    const a = attrs as unknown as AdamWAttributes
    const outputs = [0, 1, 2].map(() => newTensor(backend, parameter.shape))
    const from = [parameter, gradient, firstMoment, secondMoment].map(input => addressOf(backend, input))
    kernels.adamw(
      from[0],
      from[1],
      from[2],
      from[3],
      outputs[0].address,
      outputs[1].address,
      outputs[2].address,
      tf.util.sizeFromShape(parameter.shape),
      a.learningRate,
      a.beta1,
      a.beta2,
      a.epsilon,
      a.weightDecay,
      1 / a.firstCorrection,
      1 / a.secondCorrection,
      a.gradientScale,
    )
    return outputs.map(({ info }) => info)
  },
}
