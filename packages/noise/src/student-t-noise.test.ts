import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { studentTNoise } from './student-t-noise.ts'

describeBackends('studentTNoise', () => {
  it('is Cauchy at ν = 1, and algebraic at ν = 2', () => {
    const x = [-1e4, -3, 0, 0.4, 20]
    const rows = tf.tensor2d(x, [x.length, 1])
    const at = (degreesOfFreedom: number) => studentTNoise({ mean: [1], scale: [2], degreesOfFreedom })
    expectClose(
      at(1).logProb(rows),
      x.map(v => -Math.log(2 * Math.PI * (1 + ((v - 1) / 2) ** 2))),
    )
    expectClose(
      at(2).logProb(rows),
      x.map(v => -1.5 * Math.log(2 + ((v - 1) / 2) ** 2) - Math.log(2)),
    )
  })
  it.each([0.7, 3, 11])('is (1 + δ/ν)^(−ν/2 − 1)/2π√|Σ| in two columns at ν = %f', nu => {
    // Σ = [[2, 1], [1, 3]]: |Σ| = 5, Σ⁻¹ = [[3, −1], [−1, 2]]/5.
    const noise = studentTNoise({
      mean: [0, 1],
      degreesOfFreedom: nu,
      scaleMatrix: [
        [2, 1],
        [1, 3],
      ],
    })
    const rows = [
      [0, 1],
      [2, -1],
      [-30, 50],
    ]
    const expected = rows.map(([x, y]) => {
      const v = y - 1
      const delta = (3 * x * x - 2 * x * v + 2 * v * v) / 5
      return -(nu / 2 + 1) * Math.log1p(delta / nu) - Math.log(2 * Math.PI * Math.sqrt(5))
    })
    expectClose(noise.logProb(tf.tensor2d(rows)), expected)
  })
  it('nears the Gaussian as ν grows', () => {
    const noise = studentTNoise({ mean: [0], scale: [1], degreesOfFreedom: 1e7 })
    expectClose(noise.logProb(tf.tensor2d([[1.5]])), [-(1.5 ** 2) / 2 - Math.log(2 * Math.PI) / 2], {
      relative: 1e-5,
    })
  })
  it.each([
    [1, (z: number) => 0.5 + Math.atan(z) / Math.PI],
    [2, (z: number) => 0.5 + z / (2 * Math.sqrt(2 + z * z))],
  ])('draws by the distribution function of ν = %i', (nu, cumulative) => {
    const count = 50_000
    const noise = studentTNoise({ mean: [1], scale: [2], degreesOfFreedom: nu })
    const drawn = noise.sample(key(6), count).dataSync()
    for (const z of [-50, -3, -1, 0, 0.5, 2, 10]) {
      const p = cumulative(z)
      expectWithin(
        meanOf(drawn, x => ((x - 1) / 2 <= z ? 1 : 0)),
        p,
        Math.sqrt((p * (1 - p)) / count),
      )
    }
  })
  it('draws columns that are far out together, with covariance Σ·ν/(ν − 2)', () => {
    const [count, nu] = [50_000, 10]
    const noise = studentTNoise({
      mean: [0, 0],
      degreesOfFreedom: nu,
      scaleMatrix: [
        [1, 0.5],
        [0.5, 1],
      ],
    })
    const drawn = noise.sample(key(7), count).dataSync()
    const products = Array.from({ length: count }, (_, i) => drawn[2 * i] * drawn[2 * i + 1])
    const squares = Array.from({ length: count }, (_, i) => (drawn[2 * i] * drawn[2 * i + 1]) ** 2)
    // E[x²y²] = ν²/((ν − 2)(ν − 4))·(1 + 2ρ²).
    const fourth = (nu ** 2 / ((nu - 2) * (nu - 4))) * 1.5
    const covariance = 0.5 * (nu / (nu - 2))
    expectWithin(meanOf(products), covariance, Math.sqrt((fourth - covariance ** 2) / count))
    // For independent t columns of these moments the squares' mean would be smaller by 40%.
    expect(Math.abs(meanOf(squares) / fourth - 1)).toBeLessThan(0.15)
  })
  it('refuses what is no t distribution', () => {
    expect(() => studentTNoise({ mean: [0], scale: [1], degreesOfFreedom: 0 })).toThrow(
      /degreesOfFreedom must be a finite number above 0, got 0/,
    )
    expect(() => studentTNoise({ mean: [0], degreesOfFreedom: 1 })).toThrow(
      /give either scaleMatrix or scale/,
    )
  })
})
