import { softplus } from '@chiaro/ops'
import { foldIn, key } from '@chiaro/random'
import {
  describeBackends,
  expectClose,
  expectNoLeak,
  expectWithin,
  meanOf,
  normalValues,
  tensorNumericalGradient,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { scoreMatchingLoss } from './score-matching.ts'
import { slicedScoreMatchingLoss } from './sliced-score-matching.ts'

const kernelOf = (dimension: number) => tf.tensor2d(normalValues(2, dimension * 4), [dimension, 4])

/** A softplus network with a bowl around it, in general position: its Hessian has entries off the diagonal. */
const network = (kernel: tf.Tensor) => (x: tf.Tensor) =>
  tf.add(
    tf.sum(softplus(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D)), 1),
    tf.mul(tf.sum(tf.square(x), 1), 0.2),
  ) as tf.Tensor1D

describeBackends('slicedScoreMatchingLoss', () => {
  it('of some rows is what it is for them among all', () => {
    const x = tf.tensor2d(normalValues(7, 15), [5, 3])
    const places = [4, 0, 2]
    const some = (of: tf.Tensor) => tf.gather(of, tf.tensor1d(places, 'int32'))
    const loss = (of: tf.Tensor, rows?: readonly number[]) =>
      slicedScoreMatchingLoss(network(kernelOf(3)), of, {
        key: key(9),
        projections: 2,
        reduction: 'none',
        rows,
      })
    expectClose(loss(some(x), places), some(loss(x)).dataSync(), { relative: 1e-5, absolute: 1e-6 })
  })

  it.each([true, false])(
    'case 24: agrees with the exact loss in expectation, varianceReduced %s',
    varianceReduced => {
      const x = tf.tensor2d(normalValues(1, 12), [4, 3])
      const kernel = kernelOf(3)
      const energy = network(kernel)
      const exact = scoreMatchingLoss(energy, x, { reduction: 'none' }).dataSync()
      // Rows of all draws together: their means must be the exact rows within four standard errors.
      const draws = Array.from({ length: 100 }, (_, i) =>
        tf.tidy(() =>
          slicedScoreMatchingLoss(energy, x, {
            key: key(i),
            projections: 2,
            varianceReduced,
            reduction: 'none',
          }).dataSync(),
        ),
      )
      exact.forEach((expected, row) => {
        const values = draws.map(draw => draw[row])
        const mean = meanOf(values)
        const standardError = Math.sqrt(meanOf(values, v => (v - mean) ** 2) / values.length)
        expect(standardError).toBeGreaterThan(0)
        expectWithin(mean, expected, standardError)
      })
    },
  )
  it('equals the exact loss in one dimension whatever its key, with the same gradient', () => {
    const x = tf.tensor2d(normalValues(1, 6), [6, 1])
    const exact = tf.valueAndGrad(k => scoreMatchingLoss(network(k), x))(kernelOf(1))
    for (const varianceReduced of [true, false]) {
      const sliced = tf.valueAndGrad(k =>
        slicedScoreMatchingLoss(network(k), x, { key: key(7), projections: 3, varianceReduced }),
      )(kernelOf(1))
      expectClose(sliced.value, exact.value)
      expectClose(sliced.grad, exact.grad)
    }
  })
  it('equals the exact loss for a diagonal Hessian if variance is reduced, and varies more if not', () => {
    const x = tf.tensor2d(normalValues(1, 12), [4, 3])
    const bowl = (at: tf.Tensor) => tf.sum(tf.mul(tf.square(at), [0.5, 1, 2]), 1) as tf.Tensor1D
    expectClose(slicedScoreMatchingLoss(bowl, x, { key: key(1) }), scoreMatchingLoss(bowl, x))
    const plain = slicedScoreMatchingLoss(bowl, x, { key: key(1), varianceReduced: false })
    expect(Math.abs(tf.sub(plain, scoreMatchingLoss(bowl, x)).dataSync()[0])).toBeGreaterThan(0.1)
  })
  it('is the mean over its projections, each with a key of its own, and the same for the same key', () => {
    const x = tf.tensor2d(normalValues(1, 12), [4, 3])
    const energy = network(kernelOf(3))
    const of = (seed: number, projections: number) =>
      slicedScoreMatchingLoss(energy, x, { key: key(seed), projections }).dataSync()[0]
    expect(of(3, 2)).toBe(of(3, 2))
    expect(of(3, 1)).not.toBe(of(4, 1))
    expect(of(3, 2)).not.toBe(of(3, 1))
  })
  it('gives the parameters of two hidden layers the gradients that finite differences show', () => {
    const x = tf.tensor2d(normalValues(1, 12), [4, 3])
    const kernels = [
      kernelOf(3),
      tf.tensor2d(normalValues(5, 16), [4, 4]),
      tf.tensor2d(normalValues(6, 4), [4, 1]),
    ]
    const silu = (z: tf.Tensor) => tf.mul(z, tf.sigmoid(z)) as tf.Tensor2D
    const deep = (first: tf.Tensor, second: tf.Tensor, last: tf.Tensor) =>
      slicedScoreMatchingLoss(
        at => {
          const hidden = silu(tf.matMul(at as tf.Tensor2D, first as tf.Tensor2D))
          const energy = tf.matMul(softplus(tf.matMul(hidden, second as tf.Tensor2D)), last as tf.Tensor2D)
          return tf.reshape(energy, [at.shape[0]])
        },
        x,
        { key: key(3), projections: 2 },
      )
    const expected = tensorNumericalGradient(deep as (...all: tf.Tensor[]) => tf.Tensor, kernels, [1])
    tf.grads(deep as (...all: tf.Tensor[]) => tf.Tensor)(kernels).forEach((grad, i) => {
      expectClose(grad, expected[i], { absolute: 2e-3, relative: 2e-3, what: `gradient ${i}` })
    })
  })
  it('gives 0 for no data, keeps no tensor and refuses what does not fit', () => {
    const [x, kernel] = [tf.ones([4, 3]), kernelOf(3)]
    const options = { key: foldIn(key(1), 2), projections: 2 }
    expectClose(slicedScoreMatchingLoss(network(kernel), tf.zeros([0, 3]), options), 0)
    expectNoLeak(() => slicedScoreMatchingLoss(network(kernel), x, options))
    expectNoLeak(() => tf.grad(k => slicedScoreMatchingLoss(network(k), x, options))(kernel))
    expect(() => slicedScoreMatchingLoss(network(kernel), x, { key: key(1), projections: 0 })).toThrow(
      /projections must be an integer of at least 1, got 0/,
    )
    expect(() => slicedScoreMatchingLoss(network(kernel), tf.scalar(1), options)).toThrow(TypeError)
  })
})
