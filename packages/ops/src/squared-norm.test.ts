import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { squaredNorm } from './squared-norm.ts'

describeBackends('squaredNorm', () => {
  it('is the sum of squares of all tensors, of any shape and of none', () => {
    const shapes = [[3, 7], [], [0, 2], [1025], [2, 2, 2]]
    const values = shapes.map((shape, i) =>
      Array.from(normalValues(i, tf.util.sizeFromShape(shape)), Math.fround),
    )
    const tensors = shapes.map((shape, i) => tf.tensor(values[i], shape))
    const expected = values.flat().reduce((sum, value) => sum + value * value, 0)
    expectClose(squaredNorm(tensors), expected, { relative: 1e-6 })
    expectClose(squaredNorm([]), 0)
    expectNoLeak(() => squaredNorm(tensors))
  })

  it('takes more tensors than a shader binds', () => {
    const tensors = Array.from({ length: 40 }, (_, i) => tf.tensor1d([i, 1]))
    // Σ i² for i < 40 is 39·40·79/6.
    expectClose(squaredNorm(tensors), (39 * 40 * 79) / 6 + 40, { relative: 1e-6 })
  })

  it('hides neither what is not finite nor what leaves float32', () => {
    const of = (...values: number[]) => squaredNorm([tf.tensor1d(values), tf.tensor1d([1])]).dataSync()[0]
    expect(of(Number.NaN, 2)).toBeNaN()
    expect(of(Number.POSITIVE_INFINITY, 2)).toBe(Number.POSITIVE_INFINITY)
    expect(of(1e30, 2)).toBe(Number.POSITIVE_INFINITY)
  })
})
