import { describeBackends, expectClose, secondDerivative } from '@chiaro/test-kit'
import {
  type Activation as Curve,
  siluActivation,
  softplusActivation,
  tanhActivation,
} from '@chiaro/test-kit/oracles/ridge-energy'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { type Activation, activate } from './activation.ts'

const points = [-30, -4, -1.3, -0.2, 0.1, 0.9, 3, 30]

const derivatives = (f: Curve) => (x: number) => [f.value(x), f.first(x), f.second(x)] as const

/** Value, slope and curvature of each, in float64. */
const expected: readonly [Activation, (x: number) => readonly [number, number, number]][] = [
  ['silu', derivatives(siluActivation)],
  ['softplus', derivatives(softplusActivation)],
  ['tanh', derivatives(tanhActivation)],
  ['elu', x => (x > 0 ? [x, 1, 0] : [Math.expm1(x), Math.exp(x), Math.exp(x)])],
  ['relu', x => [Math.max(0, x), x > 0 ? 1 : 0, 0]],
]

describeBackends('activate', () => {
  it.each(expected)('%s has its value, slope and curvature', (name, reference) => {
    const x = tf.tensor1d(points)
    const f = (at: tf.Tensor) => activate(name, at)
    const rows = points.map(reference)
    for (const [order, actual] of [f(x), tf.grad(f)(x), secondDerivative(f, x, tf.onesLike(x))].entries()) {
      const what = ['value', 'slope', 'curvature'][order]
      expectClose(
        actual,
        rows.map(row => row[order]),
        { absolute: 1e-6, relative: 1e-5, what },
      )
    }
  })
})
