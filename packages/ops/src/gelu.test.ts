import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import './gradients/register-gradients.ts'
import { gelu } from './gelu.ts'

/** Φ(x) in float64 by its series 1/2 + φ(x)·Σ x^(2k+1)/(1·3·5…(2k+1)). */
function cumulative(x: number): number {
  let term = x
  let sum = x
  for (let k = 1; k < 200; k++) {
    term *= (x * x) / (2 * k + 1)
    sum += term
  }
  return 0.5 + density(x) * sum
}
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)

const points = [-5, -2, -1, -0.3, 0, 1e-3, 0.7, 1, 2.5, 5]

describeBackends('gelu', () => {
  it('is x·Φ(x), with its first and second derivatives', () => {
    const x = tf.tensor1d(points)
    expectClose(
      gelu(x),
      points.map(v => v * cumulative(v)),
      { absolute: 2e-6 },
    )
    const first = (a: tf.Tensor) => tf.grad(b => gelu(b))(a)
    expectClose(
      first(x),
      points.map(v => cumulative(v) + v * density(v)),
      { absolute: 2e-6 },
    )
    // (Φ + xφ)′ = φ + φ − x²φ.
    expectClose(
      tf.grad(first)(x),
      points.map(v => density(v) * (2 - v * v)),
      { absolute: 2e-5 },
    )
  })

  it('leaks nothing, and names a wrong dtype', () => {
    const x = tf.ones([3])
    expectNoLeak(() => gelu(x))
    expectNoLeak(() => tf.grad(a => gelu(a))(x))
    expect(() => gelu(tf.ones([3], 'int32'))).toThrow(/x must be float32 \[…\], got int32 \[3\]/)
  })
})
