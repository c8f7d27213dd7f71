import { key } from '@chiaro/random'
import {
  describeBackends,
  expectClose,
  expectWithin,
  meanOf,
  normalValues,
  parameterSlopes,
} from '@chiaro/test-kit'
import { gridLogIntegral } from '@chiaro/test-kit/oracles/grid-log-integral'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { templateNameEnergy } from './template-name-energy.ts'

// What every energy must do (its slope in x, rows apart from each other, leaks) is in every-energy.test.ts.
describeBackends('templateNameEnergy', () => {
  afterEach(() => tf.disposeVariables())

  it('is Σ z + 2·log(1 + e^(−z))', () => {
    const [mean, scale] = [[0.5, -1], 2]
    const x = normalValues(1, 20, 3)
    const expected = Array.from({ length: 10 }, (_, row) =>
      mean.reduce((sum, m, i) => {
        const z = (x[2 * row + i] - m) / scale
        return sum + z + 2 * Math.log1p(Math.exp(-z))
      }, 0),
    )
    const model = templateNameEnergy({ dimension: 2, mean, scale })
    expectClose(model.energy(tf.tensor2d(x, [10, 2])), expected)
  })
  it('has the log partition of quadrature', () => {
    const model = templateNameEnergy({ dimension: 2, mean: [1, 0], scale: 0.7 })
    const grid = gridLogIntegral(model.energy, { dimension: 2, halfWidth: 20, steps: 320 })
    expectClose(model.exactLogPartition(), grid, { absolute: 2e-5, relative: 2e-5 })
  })
  it('draws by its distribution function', () => {
    const count = 50_000
    const drawn = templateNameEnergy({ dimension: 1, mean: [1], scale: 2 })
      .sample(key(3), count)
      .dataSync()
    for (const at of [-8, -2, 0, 1, 2, 5, 12]) {
      const p = 1 / (1 + Math.exp(-(at - 1) / 2))
      expectWithin(
        meanOf(drawn, x => (x <= at ? 1 : 0)),
        p,
        Math.sqrt((p * (1 - p)) / count),
      )
    }
  })
  it('has the gradients of differences', () => {
    const model = templateNameEnergy({ dimension: 2, mean: [0.3, -0.2], scale: 1.5 })
    const x = tf.tensor2d(normalValues(5, 8), [4, 2])
    const loss = () => tf.add(tf.mean(model.energy(x)), model.exactLogPartition()) as tf.Scalar
    for (const { exact, numerical, name } of parameterSlopes(loss, model.parameters)) {
      expectClose(exact, numerical, { absolute: 1e-3, relative: 1e-3, what: name })
    }
  })
  it('case 23: energies of 1e6 and more stay finite with their slopes', () => {
    const model = templateNameEnergy({ dimension: 1 })
    const x = tf.tensor2d([[1e6], [-1e6]])
    expectClose(model.energy(x), [1e6, 1e6])
    expectClose(tf.grad(at => tf.sum(model.energy(at)))(x), [1, -1])
  })
  it('refuses what does not fit', () => {
    expect(() => templateNameEnergy({ dimension: 0 })).toThrow(
      /templateNameEnergy: dimension must be an integer of at least 1, got 0/,
    )
    expect(() => templateNameEnergy({ dimension: 2, mean: [1] })).toThrow(/mean must be of length 2/)
    expect(() => templateNameEnergy({ dimension: 2, scale: 0 })).toThrow(
      /scale must be a finite number above 0, got 0/,
    )
    expect(() => templateNameEnergy({ dimension: 2 }).energy(tf.zeros([3, 1]))).toThrow(
      /energy: x must be float32 \[batch, 2\], got float32 \[3, 1\]/,
    )
  })
})
