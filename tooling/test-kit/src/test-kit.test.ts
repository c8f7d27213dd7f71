import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
  tensorNumericalGradient,
  uniformValues,
} from './index.ts'
import { logSumExp } from './oracles/log-sum-exp.ts'

describe('expectClose', () => {
  it('takes numbers, typed arrays and nested arrays', () => {
    expectClose(1, 1)
    expectClose(new Float32Array([1, 2]), [1, 2 + 1e-6])
    expectClose([[1], [2]], [1, 2])
  })
  it('names the first offending index', () => {
    expect(() => expectClose([0, 1, 5, 7], [0, 1, 2, 3])).toThrow(/\[2\] is 5, expected 2; 2 of 4 differ/)
    expect(() => expectClose([1], [2], { what: 'loss' })).toThrow(/^loss: /)
  })
  it('holds NaN and infinities to themselves only', () => {
    expectClose([Number.NaN, Number.POSITIVE_INFINITY], [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => expectClose([Number.NaN], [0], { absolute: 1e9 })).toThrow()
    expect(() => expectClose([1], [Number.POSITIVE_INFINITY], { absolute: 1e9 })).toThrow()
    expect(() => expectClose([Number.NEGATIVE_INFINITY], [Number.POSITIVE_INFINITY])).toThrow()
  })
  it('compares counts', () => {
    expect(() => expectClose([1], [1, 1])).toThrow(/1 numbers, expected 2/)
  })
})

describe('numericalGradient', () => {
  it('is 3x² for Σx³ and each input gets its own', () => {
    const [x, y] = numericalGradient((a, b) => a[0] ** 3 + a[1] ** 3 + 5 * b[0], [[1, -2], [7]])
    expectClose(x, [3, 12], { absolute: 1e-9 })
    expectClose(y, [5], { absolute: 1e-9 })
  })
})

describe('sample values', () => {
  it('repeat for a seed, differ between seeds, and have the moments they should', () => {
    expect(uniformValues(1, 5)).toEqual(uniformValues(1, 5))
    expect(uniformValues(1, 5)).not.toEqual(uniformValues(2, 5))
    const n = 20_000
    const normal = normalValues(3, n)
    const mean = normal.reduce((a, b) => a + b) / n
    const variance = normal.reduce((a, b) => a + (b - mean) ** 2, 0) / n
    // Four standard errors: 1/√n for the mean, √(2/n) for the variance.
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n))
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
  })
})

describe('the log-sum-exp oracle', () => {
  it('is log n for n zeros, survives large terms, and is −∞ for none', () => {
    expect(logSumExp([0, 0, 0])).toBeCloseTo(Math.log(3), 14)
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.log(2), 10)
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY)
    expect(logSumExp([Number.NEGATIVE_INFINITY])).toBe(Number.NEGATIVE_INFINITY)
  })
})

describeBackends('the backend matrix', backend => {
  it('runs on the backend it names', () => {
    expect(tf.getBackend()).toBe(backend)
    expectClose(tf.add(tf.tensor1d([1, 2]), 1), tf.tensor1d([2, 3]))
    expect(() => expectClose(tf.zeros([2, 1]), tf.zeros([1, 2]))).toThrow(/shape \[2×1\], expected \[1×2\]/)
    expect(() => expectClose(tf.ones([2, 2]), [1, 1, 1, 0])).toThrow(/\[1, 1\] is 1, expected 0/)
  })
  it('has finite differences of tensor functions', () => {
    const x = tf.tensor1d([0.5, -1])
    const [gradient] = tensorNumericalGradient(a => tf.mul(a, tf.square(a)), [x], [1, 2])
    expectClose(gradient, [0.75, 6], { absolute: 1e-4 })
  })
  it('finds a leak', () => {
    expectNoLeak(() => tf.tidy(() => tf.exp(tf.zeros([2]))))
    expect(() => expectNoLeak(() => tf.exp(tf.zeros([2])))).toThrow(/tensors leaked/)
  })
})
