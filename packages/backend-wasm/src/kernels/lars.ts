import { Lars, type LarsAttributes } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { solve } from '../problem.ts'

/** One LARS step on all parameters, by the contract of @chiaro/ops. */
export const lars: WasmKernel = {
  kernelName: Lars,
  run: call => {
    const inputs = call.inputs as unknown as readonly tf.TensorInfo[]
    const a = call.attrs as unknown as LarsAttributes
    return a.weightDecays.flatMap((weightDecay, i) => {
      const [parameter, gradient, velocity] = inputs.slice(3 * i, 3 * i + 3)
      const [newParameter, newVelocity] = [0, 1].map(() => newTensor(call.backend, parameter.shape).info)
      solve(call, 'lars', {
        parameter,
        gradient,
        velocity,
        newParameter,
        newVelocity,
        count: tf.util.sizeFromShape(parameter.shape),
        learningRate: a.learningRate,
        momentum: a.momentum,
        weightDecay,
        trustCoefficient: a.trustCoefficients[i],
        gradientScale: a.gradientScale,
      })
      return [newParameter, newVelocity]
    })
  },
}
