import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type LarsAttributes, larsStep } from './lars.ts'

/** The equation, in float64. */
function reference([theta, gradient, u]: readonly (readonly number[])[], a: LarsAttributes, i: number) {
  const g = gradient.map((value, j) => a.gradientScale * value + a.weightDecays[i] * theta[j])
  const [p, q] = [Math.hypot(...theta), Math.hypot(...g)]
  const r = a.trustCoefficients[i] === 0 || p === 0 || q === 0 ? 1 : (a.trustCoefficients[i] * p) / q
  const next = u.map((value, j) => a.momentum * value + a.learningRate * r * g[j])
  return { parameter: theta.map((value, j) => value - next[j]), momentum: next }
}

const attributes: LarsAttributes = {
  learningRate: 0.2,
  momentum: 0.9,
  weightDecays: [0.1, 0, 0.1, 0.1, 0],
  trustCoefficients: [0.001, 0, 0.02, 0.001, 0.5],
  gradientScale: 0.5,
}

describeBackends('larsStep', () => {
  it('equals the float64 equation on many parameters at once, zeros among them', () => {
    const sizes = [7, 3, 130, 5, 4]
    const values = sizes.map((size, i) =>
      [1, 2, 3].map(seed => Array.from(normalValues(10 * i + seed, size), Math.fround)),
    )
    values[3][0].fill(0)
    values[4][1].fill(0)
    const states = values.map(([parameter, gradient, momentum]) => ({
      parameter: tf.tensor1d(parameter),
      gradient: tf.tensor1d(gradient),
      momentum: tf.tensor1d(momentum),
    }))
    const results = larsStep(states, attributes)
    values.forEach((of, i) => {
      const expected = reference(of, attributes, i)
      expectClose(results[i].parameter, expected.parameter, { absolute: 1e-6 })
      expectClose(results[i].momentum, expected.momentum, { absolute: 1e-6 })
    })
    expectNoLeak(() => larsStep(states, attributes).flatMap(result => Object.values(result)))
    expectClose(states[0].parameter, values[0][0], { absolute: 0 })
    expect(larsStep([], attributes)).toEqual([])
  })

  it('names the tensor whose shape or dtype differs', () => {
    const [theta, other] = [tf.zeros([2]), tf.zeros([3])]
    const state = { parameter: theta, gradient: theta, momentum: other }
    expect(() => larsStep([state], attributes)).toThrow(
      /states\[0\].momentum must be float32 \[2\], as its parameter, got float32 \[3\]/,
    )
  })
})
