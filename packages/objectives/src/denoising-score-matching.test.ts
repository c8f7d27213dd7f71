import { key, normalValues as keyedNormal } from '@chiaro/random'
import {
  describeBackends,
  expectClose,
  expectNoLeak,
  expectWithin,
  meanOf,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { ridgeScore, siluActivation } from '@chiaro/test-kit/oracles/ridge-energy'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { denoisingScoreMatchingLoss } from './denoising-score-matching.ts'

const bowl = (precision: tf.Tensor | number) => (x: tf.Tensor) =>
  tf.mul(tf.sum(tf.square(x), 1), tf.mul(precision, 0.5)) as tf.Tensor1D

describeBackends('denoisingScoreMatchingLoss', () => {
  it('of some rows is what it is for them among all', () => {
    const x = tf.tensor2d(normalValues(7, 15), [5, 3])
    const places = [4, 0, 2]
    const some = (of: tf.Tensor) => tf.gather(of, tf.tensor1d(places, 'int32'))
    const loss = (of: tf.Tensor, rows?: readonly number[]) =>
      denoisingScoreMatchingLoss(bowl(0.7), of, { key: key(9), deviation: 0.5, reduction: 'none', rows })
    expectClose(loss(some(x), places), some(loss(x)).dataSync(), { relative: 1e-5, absolute: 1e-6 })
  })

  it('of a silu network equals float64 with the gradients of all its parameters', () => {
    const [n, dimension, hidden, deviation] = [5, 3, 4, 0.5]
    const x = normalValues(1, n * dimension)
    const noise = keyedNormal(key(9), n * dimension)
    const inputs = [normalValues(2, dimension * hidden), normalValues(3, hidden), normalValues(4, hidden)]
    const rows = (...[kernel, bias, outer]: ArrayLike<number>[]) =>
      Array.from({ length: n }, (_, i) => {
        const at = (j: number) => i * dimension + j
        const disturbed = Array.from({ length: dimension }, (_, j) => x[at(j)] + deviation * noise[at(j)])
        const { score } = ridgeScore({ kernel, bias, outer }, siluActivation, disturbed)
        return score.reduce((sum, s, j) => sum + (s + noise[at(j)] / deviation) ** 2, 0) / 2
      })
    const loss = (reduction: 'mean' | 'none') => (kernel: tf.Tensor, bias: tf.Tensor, outer: tf.Tensor) =>
      denoisingScoreMatchingLoss(
        at => {
          const z = tf.add(tf.matMul(at as tf.Tensor2D, kernel as tf.Tensor2D), bias)
          return tf.sum(tf.mul(tf.mul(z, tf.sigmoid(z)), outer), 1)
        },
        tf.tensor2d(x, [n, dimension]),
        { key: key(9), deviation, reduction },
      )
    const tensors: [tf.Tensor, tf.Tensor, tf.Tensor] = [
      tf.tensor2d(inputs[0], [dimension, hidden]),
      tf.tensor1d(inputs[1]),
      tf.tensor1d(inputs[2]),
    ]
    expectClose(loss('none')(...tensors), rows(...inputs))
    const expected = numericalGradient((...all) => meanOf(rows(...all)), inputs)
    tf.grads(loss('mean') as (...all: tf.Tensor[]) => tf.Tensor)(tensors).forEach((grad, i) => {
      expectClose(grad, expected[i], { absolute: 2e-6, relative: 2e-5 })
    })
  })
  it.each([
    [0.5, 1.6],
    [1, 0.25],
    [0.01, (1e4 - 1 / 1.0001) / 2],
  ])(
    'has ½[1/σ² − 1/(1 + σ²)] for minimum on N(0, 1), at precision 1/(1 + σ²): σ = %s (case 24)',
    (deviation, minimum) => {
      const size = 20_000
      const x = tf.tensor2d(normalValues(1, size), [size, 1])
      const precision = 1 / (1 + deviation ** 2)
      const options = { key: key(5), deviation }
      const rows = denoisingScoreMatchingLoss(bowl(precision), x, {
        ...options,
        reduction: 'none',
      }).dataSync()
      const mean = meanOf(rows)
      const standardError = Math.sqrt(meanOf(rows, v => (v - mean) ** 2) / size)
      expectWithin(mean, minimum, standardError)
      // Each row's slope in the precision is −x̃(−λx̃ + ε/σ), of variance E[x̃²]·E[(−λx̃ + ε/σ)²] at the optimum.
      const slope = tf.grad(p => denoisingScoreMatchingLoss(bowl(p), x, options))
      const slopeError = Math.sqrt(((1 + deviation ** 2) * 2 * minimum) / size)
      expectWithin(slope(tf.scalar(precision)).dataSync()[0], 0, slopeError)
      expect(Math.abs(slope(tf.scalar(0)).dataSync()[0] + 1)).toBeLessThan(4 * slopeError)
    },
  )
  it('case 24: keeps its digits at σ = 0.01, where targets are of size 100', () => {
    const [size, deviation, precision] = [200, 0.01, 1.3]
    const x = normalValues(1, size, 100)
    const noise = keyedNormal(key(2), size)
    const residual = (i: number) => noise[i] / deviation - precision * (x[i] + deviation * noise[i])
    const { value, grad } = tf.valueAndGrad(p =>
      denoisingScoreMatchingLoss(bowl(p), tf.tensor2d(x, [size, 1]), { key: key(2), deviation }),
    )(tf.scalar(precision))
    expectClose(value, meanOf(x, (_, i) => residual(i) ** 2) / 2)
    expectClose(
      grad,
      meanOf(x, (_, i) => -residual(i) * (x[i] + deviation * noise[i])),
      { relative: 2e-5 },
    )
  })
  it('is the same for the same key only', () => {
    const x = tf.ones([3, 2])
    const of = (seed: number) =>
      denoisingScoreMatchingLoss(bowl(1), x, { key: key(seed), deviation: 0.5 }).dataSync()[0]
    expect(of(1)).toBe(of(1))
    expect(of(1)).not.toBe(of(2))
  })
  it('gives 0 for no data, keeps no tensor and refuses what does not fit', () => {
    const [x, options] = [tf.ones([3, 2]), { key: key(1), deviation: 0.1 }]
    expectClose(denoisingScoreMatchingLoss(bowl(1), tf.zeros([0, 2]), options), 0)
    expectNoLeak(() => denoisingScoreMatchingLoss(bowl(1), x, options))
    for (const deviation of [0, -1, Number.POSITIVE_INFINITY]) {
      expect(() => denoisingScoreMatchingLoss(bowl(1), x, { key: key(1), deviation })).toThrow(
        /deviation must be a finite number above 0/,
      )
    }
    expect(() => denoisingScoreMatchingLoss(bowl(1), tf.ones([2], 'int32'), options)).toThrow(TypeError)
  })
})
