import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, normalValues, parameterSlopes } from '@chiaro/test-kit'
import { gridLogIntegral } from '@chiaro/test-kit/oracles/grid-log-integral'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { icaEnergy } from './ica-energy.ts'

const unmixing = [
  [1, 0.5],
  [-1, 2],
]

describeBackends('icaEnergy', () => {
  afterEach(() => tf.disposeVariables())

  it('is √2 Σ|w_iᵀx|', () => {
    const model = icaEnergy({ dimension: 2, unmixing }, key(1))
    // Sources 1 + 1 = 2 and −1 + 4 = 3; then −1 and 1.
    const x = tf.tensor2d([
      [1, 2],
      [-1, 0],
    ])
    expectClose(model.energy(x), [5 * Math.SQRT2, 2 * Math.SQRT2])
  })
  it('has the log partition of quadrature: (d/2)·log 2 − log|det W|', () => {
    const model = icaEnergy({ dimension: 2, unmixing }, key(1))
    expectClose(model.exactLogPartition(), Math.log(2) - Math.log(2.5))
    // The kinks cost the midpoint rule a share of h².
    const grid = gridLogIntegral(model.energy, { dimension: 2, halfWidth: 20, steps: 800 })
    expectClose(model.exactLogPartition(), grid, { absolute: 2e-3 })
  })
  it('draws independent Laplace sources of variance 1, mixed by W⁻¹', () => {
    const n = 20_000
    const model = icaEnergy({ dimension: 2, unmixing }, key(1))
    const drawn = model.sample(key(2), n) as tf.Tensor2D
    const rows = (tf.matMul(drawn, tf.tensor2d(unmixing), false, true) as tf.Tensor2D).arraySync()
    const moment = (f: (row: number[]) => number) => rows.reduce((sum, row) => sum + f(row), 0) / n
    for (const i of [0, 1]) {
      // E|s| = 1/√2, E s² = 1, E s⁴ = 6.
      expectWithin(
        moment(row => row[i]),
        0,
        Math.sqrt(1 / n),
      )
      expectWithin(
        moment(row => Math.abs(row[i])),
        Math.SQRT1_2,
        Math.sqrt(0.5 / n),
      )
      expectWithin(
        moment(row => row[i] ** 2),
        1,
        Math.sqrt(5 / n),
      )
    }
    expectWithin(
      moment(([a, b]) => a * b),
      0,
      Math.sqrt(1 / n),
    )
    expectWithin(
      moment(([a, b]) => Math.abs(a * b)),
      0.5,
      Math.sqrt(0.75 / n),
    )
  })
  it('has the gradients of differences, normaliser included', () => {
    const model = icaEnergy({ dimension: 2, unmixing }, key(1))
    const x = tf.tensor2d(normalValues(3, 20), [10, 2])
    const loss = () => tf.add(tf.mean(model.energy(x)), model.exactLogPartition()) as tf.Scalar
    for (const { exact, numerical, name } of parameterSlopes(loss, model.parameters)) {
      expectClose(exact, numerical, { absolute: 1e-3, relative: 1e-3, what: name })
    }
  })
  it('begins at a rotation of its key', () => {
    const W = icaEnergy({ dimension: 5 }, key(7)).parameters.unmixing as tf.Variable & tf.Tensor2D
    expectClose(tf.matMul(W, W, false, true), tf.eye(5))
    const other = icaEnergy({ dimension: 5 }, key(8)).parameters.unmixing
    expect(tf.max(tf.abs(tf.sub(W, other))).dataSync()[0]).toBeGreaterThan(0.1)
  })
  it('refuses what does not fit', () => {
    expect(() => icaEnergy({ dimension: 0 }, key(1))).toThrow(
      /dimension must be an integer of at least 1, got 0/,
    )
    expect(() => icaEnergy({ dimension: 2, unmixing: [[1, 2]] }, key(1))).toThrow(
      /unmixing must be of length 2/,
    )
    const singular = [
      [1, 2],
      [2, 4],
    ]
    expect(() => icaEnergy({ dimension: 2, unmixing: singular }, key(1))).toThrow(
      /unmixing must be invertible, got log\|det\| = -Infinity/,
    )
    expect(() => icaEnergy({ dimension: 2 }, key(1)).energy(tf.zeros([1, 3]))).toThrow(
      /x must be float32 \[batch, 2\], got float32 \[1, 3\]/,
    )
  })
})
