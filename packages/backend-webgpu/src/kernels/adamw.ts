import { AdamW, type AdamWAttributes } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { type GpuBackend, runElementwise } from '../gpu-program.ts'
import type { GpuKernel } from '../register.ts'

const everywhere = (expression: string) => `
  fn main(index : i32) {
    if (index >= uniforms.count) { return; }
    result[index] = ${expression};
  }`

/** m' = βm + (1 − β)·g, or of g². */
function moment(
  backend: GpuBackend,
  power: 1 | 2,
  before: tf.TensorInfo,
  gradient: tf.TensorInfo,
  beta: number,
  gradientScale: number,
): tf.TensorInfo {
  const scaled = '(uniforms.gradientScale * gradient[index])'
  return runElementwise(backend, {
    key: `adamwMoment${power}`,
    inputs: { before, gradient },
    shape: before.shape,
    floats: { beta, rest: 1 - beta, gradientScale },
    code: everywhere(
      `uniforms.beta * before[index] + uniforms.rest * ${power === 1 ? scaled : `${scaled} * ${scaled}`}`,
    ),
  })
}

/** A tfjs program has one result: the two moments and the parameter are three passes. */
export const adamw: GpuKernel = {
  op: AdamW,
  kernel: (backend, inputs, attributes) => {
    const { learningRates, weightDecays, ...shared } = attributes as unknown as AdamWAttributes
    const { beta1, beta2, epsilon, firstCorrection, secondCorrection, gradientScale } = shared
    const tensors = Object.values(inputs)
    return learningRates.flatMap((learningRate, i) => {
      const [parameter, gradient, first, second] = tensors.slice(4 * i, 4 * i + 4)
      const m = moment(backend, 1, first, gradient, beta1, gradientScale)
      const v = moment(backend, 2, second, gradient, beta2, gradientScale)
      const moved = runElementwise(backend, {
        key: 'adamwParameter',
        inputs: { parameter, m, v },
        shape: parameter.shape,
        floats: {
          learningRate,
          weightDecay: weightDecays[i],
          epsilon,
          firstScale: 1 / firstCorrection,
          secondScale: 1 / secondCorrection,
        },
        code: everywhere(`parameter[index] - uniforms.learningRate * (
          m[index] * uniforms.firstScale / (sqrt(v[index] * uniforms.secondScale) + uniforms.epsilon)
          + uniforms.weightDecay * parameter[index])`),
      })
      return [moved, m, v]
    })
  },
}
