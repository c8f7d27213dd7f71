import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { AdamW, type AdamWAttributes, adamWStep } from './adamw.ts'
import { registerFastKernel } from './fast-kernel.ts'

const shared = {
  beta1: 0.8,
  beta2: 0.95,
  epsilon: 1e-6,
  firstCorrection: 1 - 0.8 ** 3,
  secondCorrection: 1 - 0.95 ** 3,
  gradientScale: 0.5,
}
const attributes: AdamWAttributes = { ...shared, learningRates: [0.01], weightDecays: [0.1] }

/** The equation, element by element, in float64. */
function reference(theta: number, gradient: number, m: number, v: number, a: AdamWAttributes): number[] {
  const [rate, decay] = [a.learningRates[0], a.weightDecays[0]]
  const g = a.gradientScale * gradient
  const first = a.beta1 * m + (1 - a.beta1) * g
  const second = a.beta2 * v + (1 - a.beta2) * g ** 2
  const adaptive = first / a.firstCorrection / (Math.sqrt(second / a.secondCorrection) + a.epsilon)
  return [theta - rate * (adaptive + decay * theta), first, second]
}

const stateOf = (...[parameter, gradient, firstMoment, secondMoment]: tf.Tensor[]) => ({
  parameter,
  gradient,
  firstMoment,
  secondMoment,
})

describeBackends('adamWStep', backend => {
  it.each([[1], [7], [3, 5], [64, 33]])(
    'equals the float64 equation on [%i, …]',
    (...shape: (number | undefined)[]) => {
      const dims = shape.filter(size => size !== undefined)
      const size = tf.util.sizeFromShape(dims)
      const theta = normalValues(1, size)
      const g = normalValues(2, size, 10)
      const m = normalValues(3, size)
      const v = normalValues(4, size).map(Math.abs)
      const on = (values: Float32Array) => tf.tensor(values, dims)
      for (const options of [attributes, { ...attributes, gradientScale: 1, weightDecays: [0] }]) {
        const [result] = adamWStep([stateOf(on(theta), on(g), on(m), on(v))], options)
        const expected = Array.from(theta, (_, i) => reference(theta[i], g[i], m[i], v[i], options))
        expect(result.parameter.shape).toEqual(dims)
        expectClose(
          result.parameter,
          expected.map(row => row[0]),
        )
        expectClose(
          result.firstMoment,
          expected.map(row => row[1]),
        )
        expectClose(
          result.secondMoment,
          expected.map(row => row[2]),
        )
      }
    },
  )

  it('leaves its inputs alone and leaks nothing', () => {
    const theta = tf.tensor1d([1, 2])
    const zeros = tf.zeros([2])
    expectNoLeak(() => ({ ...adamWStep([stateOf(theta, theta, zeros, zeros)], attributes)[0] }))
    expectClose(theta, [1, 2])
    expectClose(zeros, [0, 0])
  })

  it('names the tensor whose shape or dtype differs', () => {
    const theta = tf.zeros([2])
    expect(() => adamWStep([stateOf(theta, tf.zeros([3]), theta, theta)], attributes)).toThrow(
      'adamWStep: states[0].gradient must be float32 [2], as its parameter, got float32 [3]',
    )
    const integers = tf.zeros([2], 'int32')
    expect(() => adamWStep([stateOf(theta, theta, theta, integers)], attributes)).toThrow('secondMoment')
  })

  it('runs a registered kernel instead, with every attribute', () => {
    const own = tf.getKernel(AdamW, backend)
    registerFastKernel({
      op: AdamW,
      backendName: backend,
      kernel: ({ inputs, attrs }) => {
        expect(attrs).toEqual(attributes)
        return (inputs as unknown as tf.Tensor[]).slice(1).map(tensor => tf.clone(tensor))
      },
    })
    const state = stateOf(tf.scalar(0), tf.scalar(1), tf.scalar(2), tf.scalar(3))
    const [result] = adamWStep([state], attributes)
    tf.unregisterKernel(AdamW, backend)
    if (own !== undefined) tf.registerKernel(own)
    expectClose(result.parameter, 1)
    expectClose(result.secondMoment, 3)
  })

  it('steps many parameters at once as one by one, each at its own rate and decay', () => {
    const shapes = [[3, 5], [], [0], [130]]
    const states = shapes.map((shape, i) => {
      const size = tf.util.sizeFromShape(shape)
      const [theta, g, m, v] = [1, 2, 3, 4].map(seed => tf.tensor(normalValues(10 * i + seed, size), shape))
      return stateOf(theta, g, m, tf.abs(v))
    })
    const rates = [0.1, 0.02, 0.3, 0.004]
    const decays = [0, 0.5, 0.1, 0.2]
    const together = adamWStep(states, { ...shared, learningRates: rates, weightDecays: decays })
    states.forEach((state, i) => {
      const [alone] = adamWStep([state], { ...shared, learningRates: [rates[i]], weightDecays: [decays[i]] })
      expect(together[i].parameter.shape).toEqual(shapes[i])
      for (const name of ['parameter', 'firstMoment', 'secondMoment'] as const) {
        expect(together[i][name].dataSync()).toEqual(alone[name].dataSync())
      }
    })
    expect(adamWStep([], attributes)).toEqual([])
  })
})
