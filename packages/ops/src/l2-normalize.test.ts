import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
  secondDerivative,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { l2Normalize } from './l2-normalize.ts'
import './gradients/register-gradients.ts'

describeBackends('l2Normalize', backend => {
  it('gives unit vectors along the axis asked for', () => {
    const x = tf.tensor2d([
      [3, 4],
      [-6, 8],
    ])
    expectClose(l2Normalize(x), [0.6, 0.8, -0.6, 0.8])
    expectClose(
      l2Normalize(x, 0),
      [3, 4, -6, 8].map((v, i) => v / Math.hypot(...(i % 2 ? [4, 8] : [3, 6]))),
    )
  })
  it.each([1, 1e-23, 1e20, 1e-38, 3e38])(
    'case 9: is exact for vectors of size %f, and so is its gradient',
    size => {
      const unscaled = [0.3, -0.8, 0.1, 1]
      const dy = [1, 2, -1, 0.5]
      const length = Math.hypot(...unscaled)
      const y = unscaled.map(v => v / length)
      const along = y.reduce((sum, yi, i) => sum + yi * dy[i], 0)
      const x = tf.tensor2d([unscaled.map(v => v * size)])
      expectClose(l2Normalize(x), y)
      const gradient = tf.grad(l2Normalize)(x, tf.tensor2d([dy]))
      const expected = y.map((yi, i) => (dy[i] - yi * along) / length / size)
      // Graphics cards may take numbers below the smallest normal one for 0.
      const absolute = backend === 'cpu' || backend === 'wasm' ? 0 : 2 ** -126
      expectClose(gradient, expected, { absolute, relative: 1e-5 })
    },
  )
  it('case 9: leaves zero vectors at zero with zero gradient, beside others', () => {
    const x = tf.tensor2d([
      [0, 0],
      [0, 2],
    ])
    expectClose(l2Normalize(x), [0, 0, 0, 1])
    expectClose(tf.grad(l2Normalize)(x, tf.ones([2, 2])), [0, 0, 0.5, 0])
    expectClose(tf.slice(secondDerivative(l2Normalize, x, tf.ones([2, 2])), [0, 0], [1, 2]), [0, 0])
  })
  it('case 8: ties in the largest magnitude do not matter', () => {
    const x = tf.tensor2d([[2, 2, -2]])
    const y = [1, 1, -1].map(v => v / Math.sqrt(3))
    const expected = y.map((yi, i) => ((i === 0 ? 1 : 0) - yi * y[0]) / Math.sqrt(12))
    expectClose(tf.grad(a => tf.sum(tf.mul(l2Normalize(a), tf.tensor2d([[1, 0, 0]]))))(x), expected)
  })
  it('has second derivatives', () => {
    const values = Array.from(normalValues(4, 3))
    const dy = [0.5, -1, 2]
    const direction = [1, 0.2, -0.7]
    const firstDerivative = (x: ArrayLike<number>) => {
      const length = Math.hypot(...Array.from(x))
      const along = dy.reduce((sum, d, i) => sum + (d * x[i]) / length, 0)
      return Array.from(x, (xi, i) => (dy[i] - (xi / length) * along) / length)
    }
    const [expected] = numericalGradient(
      x => firstDerivative(x).reduce((sum, g, i) => sum + g * direction[i], 0),
      [values],
    )
    const f = (x: tf.Tensor) => tf.mul(l2Normalize(x), tf.tensor1d(dy))
    expectClose(secondDerivative(f, tf.tensor1d(values), tf.tensor1d(direction)), expected, {
      relative: 1e-4,
    })
  })
  it('leaks nothing', () => {
    const x = tf.tensor2d([[1, 2, 3]])
    expectNoLeak(() => l2Normalize(x))
    expectNoLeak(() => tf.grad(a => l2Normalize(a))(x))
  })
})
