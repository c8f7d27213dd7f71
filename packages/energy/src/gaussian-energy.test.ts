import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, normalValues, parameterSlopes } from '@chiaro/test-kit'
import { gridLogIntegral } from '@chiaro/test-kit/oracles/grid-log-integral'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { gaussianEnergy } from './gaussian-energy.ts'

const mean = [0.5, -1]
// ρ = 0.9, unit variances: Λ = [[1, −ρ], [−ρ, 1]]/(1 − ρ²).
const precision = [
  [5.26316, -4.73684],
  [-4.73684, 5.26316],
]

describeBackends('gaussianEnergy', () => {
  afterEach(() => tf.disposeVariables())

  it('is ½(x − μ)ᵀΛ(x − μ)', () => {
    const model = gaussianEnergy({ dimension: 2, mean, precision })
    const x = normalValues(1, 20, 2)
    const expected = Array.from({ length: 10 }, (_, row) => {
      const c = mean.map((m, i) => x[2 * row + i] - m)
      return 0.5 * c.reduce((sum, a, i) => sum + c.reduce((s, b, j) => s + a * precision[i][j] * b, 0), 0)
    })
    expectClose(model.energy(tf.tensor2d(x, [10, 2])), expected, { absolute: 1e-5 })
    expectClose(model.precision(), precision.flat())
    expectClose(model.covariance(), [1, 0.9, 0.9, 1], { absolute: 1e-5 })
  })
  it.each([
    ['a full precision', { precision }],
    ['variances of its own', { precision: [4, 0.25] }],
    ['no precision', {}],
  ])('has the log partition of quadrature with %s', (_, options) => {
    const model = gaussianEnergy({ dimension: 2, mean, ...options })
    const grid = gridLogIntegral(model.energy, { dimension: 2, halfWidth: 16, steps: 320 })
    expectClose(model.exactLogPartition(), grid, { relative: 2e-5 })
  })
  it('has the published log partition at ρ = 0.9: 1.007511', () => {
    expectClose(gaussianEnergy({ dimension: 2, precision }).exactLogPartition(), 1.007511, { relative: 1e-5 })
  })
  it.each(['full', 'diagonal'] as const)('draws from itself, %s', form => {
    const options = form === 'full' ? { precision } : { precision: [4, 0.25] }
    const model = gaussianEnergy({ dimension: 2, mean, ...options })
    const covariance = model.covariance().arraySync()
    const n = 20_000
    const rows = (model.sample(key(3), n) as tf.Tensor2D).arraySync()
    for (const i of [0, 1]) {
      const average = rows.reduce((sum, row) => sum + row[i], 0) / n
      expectWithin(average, mean[i], Math.sqrt(covariance[i][i] / n))
      for (const j of [0, 1]) {
        const moment = rows.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[j] - mean[j]), 0) / n
        const variance = covariance[i][i] * covariance[j][j] + covariance[i][j] ** 2
        expectWithin(moment, covariance[i][j], Math.sqrt(variance / n))
      }
    }
    expectClose(model.sample(key(3), 5), model.sample(key(3), 5), { absolute: 0, relative: 0 })
  })
  it.each(['full', 'diagonal'] as const)('has the gradients of differences, %s', form => {
    const model = gaussianEnergy({ dimension: 2, mean, precision: [1.5, 0.7], form })
    const x = tf.tensor2d(normalValues(5, 8), [4, 2])
    const loss = () => tf.add(tf.mean(model.energy(x)), model.exactLogPartition()) as tf.Scalar
    for (const { exact, numerical, name } of parameterSlopes(loss, model.parameters)) {
      expectClose(exact, numerical, { absolute: 1e-3, relative: 1e-3, what: name })
    }
  })
  it('is where maximum likelihood has no slope at the sample moments', () => {
    // The mean and covariance of these rows are (1, 2) and [[2, 1], [1, 2]] exactly.
    const [a, b] = [Math.sqrt(6), Math.sqrt(2)]
    const offsets = [
      [a / Math.SQRT2, a / Math.SQRT2],
      [-a / Math.SQRT2, -a / Math.SQRT2],
      [b / Math.SQRT2, -b / Math.SQRT2],
      [-b / Math.SQRT2, b / Math.SQRT2],
    ]
    const x = tf.tensor2d(offsets.map(([u, v]) => [1 + u, 2 + v]))
    const inverse = [
      [2 / 3, -1 / 3],
      [-1 / 3, 2 / 3],
    ]
    const model = gaussianEnergy({ dimension: 2, mean: [1, 2], precision: inverse })
    const { grads } = tf.variableGrads(
      () => tf.add(tf.mean(model.energy(x)), model.exactLogPartition()) as tf.Scalar,
    )
    for (const gradient of Object.values(grads)) {
      expectClose(gradient, new Float32Array(gradient.size), { absolute: 2e-6 })
    }
  })
  it('case 23: energies of 1e6 and more stay finite with their slopes', () => {
    const model = gaussianEnergy({ dimension: 2 })
    const x = tf.tensor2d([[1.5e3, 0]])
    expectClose(model.energy(x), 1.125e6)
    expectClose(tf.grad(at => tf.sum(model.energy(at)))(x), [1.5e3, 0])
  })
  it('refuses what does not fit', () => {
    const build = (options: object) => () => gaussianEnergy({ dimension: 2, ...options })
    expect(build({ dimension: 0 })).toThrow(/dimension must be an integer of at least 1, got 0/)
    expect(build({ dimension: Number.NaN })).toThrow(/dimension must be an integer of at least 1, got NaN/)
    expect(build({ mean: [1] })).toThrow(/mean must be of length 2, got length 1/)
    expect(build({ precision: [1, 0] })).toThrow(/precision\[1\] must be a finite number above 0, got 0/)
    expect(build({ precision: [1] })).toThrow(/precision must be of length 2, got length 1/)
    expect(build({ precision, form: 'diagonal' })).toThrow(/needs form 'full'/)
    expect(() => gaussianEnergy({ dimension: 2 }).energy(tf.zeros([3, 1]))).toThrow(
      /energy: x must be float32 \[batch, 2\], got float32 \[3, 1\]/,
    )
  })
})
