import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import './gradients/register-gradients.ts'
import { silu } from './silu.ts'

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const first = (x: number) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))
const second = (x: number) => {
  const s = sigmoid(x)
  return s * (1 - s) * (2 + x * (1 - 2 * s))
}

describeBackends('silu', () => {
  it('is x·σ(x), with its first and second derivatives, for any number of numbers', () => {
    const points = [
      -1e4,
      -100,
      -30,
      -5,
      -1.2784,
      -0.3,
      0,
      1e-6,
      0.7,
      2.5,
      20,
      90,
      1e4,
      ...normalValues(1, 90, 3),
    ]
    for (const count of [1, 2, 3, 5, points.length]) {
      const some = points.slice(0, count).map(Math.fround)
      const x = tf.tensor1d(some)
      const of = (f: (v: number) => number) => some.map(f)
      expectClose(
        silu(x),
        of(v => v * sigmoid(v)),
        { absolute: 1e-7, relative: 1e-6 },
      )
      const slope = (a: tf.Tensor) => tf.grad(b => silu(b))(a)
      expectClose(slope(x), of(first), { absolute: 1e-6, relative: 1e-6 })
      expectClose(tf.grad(slope)(x), of(second), { absolute: 2e-6 })
      const dy = tf.tensor1d(some.map((_, i) => i - 2))
      const weighted = some.map((v, i) => (i - 2) * first(v))
      expectClose(tf.grad(b => silu(b))(x, dy), weighted, { absolute: 1e-5, relative: 1e-6 })
    }
  })

  it('keeps shapes and NaN, leaks nothing, and names a wrong dtype', () => {
    const x = tf.tensor2d([[1, Number.NaN, 3]])
    expect(silu(x).shape).toEqual([1, 3])
    expect(Number.isNaN(silu(x).dataSync()[1])).toBe(true)
    expect(silu(tf.zeros([0, 2])).shape).toEqual([0, 2])
    expectNoLeak(() => silu(x))
    expectNoLeak(() => tf.grad(a => silu(a))(x))
    expect(() => silu(tf.ones([3], 'int32'))).toThrow(/x must be float32 \[…\], got int32 \[3\]/)
  })
})
