import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, normalValues, parameterSlopes } from '@chiaro/test-kit'
import { gridLogIntegral } from '@chiaro/test-kit/oracles/grid-log-integral'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { gaussianEnergy } from './gaussian-energy.ts'
import { mixtureEnergy } from './mixture-energy.ts'

const means = [-3, 1]
const deviations = [0.5, 2]
const shares = [0.25, 0.75]
const mixture = () =>
  mixtureEnergy(
    means.map((mean, k) => gaussianEnergy({ dimension: 1, mean: [mean], precision: [deviations[k] ** -2] })),
    { weights: [1, 3] },
  )
const logDensity = (x: number) =>
  Math.log(
    shares.reduce((sum, share, k) => {
      const z = (x - means[k]) / deviations[k]
      return sum + (share * Math.exp((-z * z) / 2)) / (deviations[k] * Math.sqrt(2 * Math.PI))
    }, 0),
  )

describeBackends('mixtureEnergy', () => {
  afterEach(() => tf.disposeVariables())

  it('is minus the log density of the mixture, normalised', () => {
    const x = normalValues(1, 12, 3)
    const model = mixture()
    expectClose(
      model.energy(tf.tensor2d(x, [12, 1])),
      Array.from(x, v => -logDensity(v)),
    )
    expectClose(model.exactLogPartition(), 0, { absolute: 0 })
    const grid = gridLogIntegral(model.energy, { dimension: 1, halfWidth: 25, steps: 1000 })
    expectClose(grid, 0, { absolute: 2e-6 })
  })
  it('has the gradients of differences, weights included', () => {
    const model = mixture()
    expect(Object.keys(model.parameters)).toContain('component2/factor')
    const x = tf.tensor2d(normalValues(2, 10, 2), [10, 1])
    const slopes = parameterSlopes(() => tf.mean(model.energy(x)) as tf.Scalar, model.parameters)
    for (const { name, exact, numerical } of slopes) {
      expectClose(exact, numerical, { absolute: 2e-3, relative: 2e-3, what: name })
    }
  })
  it('draws from its components in proportion, in no order', () => {
    const n = 20_000
    const values = mixture().sample(key(4), n).dataSync<'float32'>()
    const mean = means.reduce((sum, m, k) => sum + shares[k] * m, 0)
    const second = means.reduce((sum, m, k) => sum + shares[k] * (m * m + deviations[k] ** 2), 0)
    const error = Math.sqrt((second - mean ** 2) / n)
    expectWithin(values.reduce((sum, v) => sum + v, 0) / n, mean, error)
    // The first half is a sample too.
    expectWithin(values.subarray(0, n / 2).reduce((sum, v) => sum + v, 0) / (n / 2), mean, error * Math.SQRT2)
    const low = values.filter(v => v < -2).length / n
    const normalBelow = (z: number) => {
      let area = 0
      for (let t = -12; t < z; t += 1e-3) area += 1e-3 * Math.exp(-((t + 5e-4) ** 2) / 2)
      return area / Math.sqrt(2 * Math.PI)
    }
    const p = shares.reduce((sum, share, k) => sum + share * normalBelow((-2 - means[k]) / deviations[k]), 0)
    expectWithin(low, p, Math.sqrt((p * (1 - p)) / n))
    expect(mixture().sample(key(4), 0).shape).toEqual([0, 1])
  })
  it('case 23: far from every component it is finite and has a slope', () => {
    const model = mixture()
    const x = tf.tensor2d([[4e3]])
    // The wide component alone is left: −log ¾ + (x − 1)²/8 + log(2√(2π)).
    const expected = (4e3 - 1) ** 2 / 8 + Math.log(2 * Math.sqrt(2 * Math.PI)) - Math.log(0.75)
    expectClose(model.energy(x), expected)
    expectClose(tf.grad(at => tf.sum(model.energy(at)))(x), (4e3 - 1) / 4)
  })
  it('refuses what does not fit', () => {
    expect(() => mixtureEnergy([])).toThrow(/components must be of length at least 1, got length 0/)
    const part = gaussianEnergy({ dimension: 1 })
    expect(() => mixtureEnergy([part], { weights: [1, 2] })).toThrow(
      /weights must be of length 1, one for each component, got length 2/,
    )
    expect(() => mixtureEnergy([part], { weights: [0] })).toThrow(
      /weights\[0\] must be a finite number above 0/,
    )
  })
})
