import { Lars, type LarsAttributes } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'

/** One LARS step on all parameters, by the contract of @chiaro/ops. */
export const lars: WasmKernel = {
  kernelName: Lars,
  run: ({ inputs: list, attrs, backend, kernels }) => {
    const inputs = list as unknown as readonly tf.TensorInfo[]
    const a = attrs as unknown as LarsAttributes
    return a.weightDecays.flatMap((decay, i) => {
      const { shape } = inputs[3 * i]
      const [parameter, momentum] = [0, 1].map(() => newTensor(backend, shape))
      const [theta, gradient, u] = inputs.slice(3 * i, 3 * i + 3).map(input => addressOf(backend, input))
      kernels.lars(
        ...([theta, gradient, u, parameter.address, momentum.address] as const),
        tf.util.sizeFromShape(shape),
        a.learningRate,
        a.momentum,
        decay,
        a.trustCoefficients[i],
        a.gradientScale,
      )
      return [parameter.info, momentum.info]
    })
  },
}
