import { key, normal } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { goesOn } from './goes-on.ts'
import { denseMass, unitMass } from './mass.ts'

describeBackends('goesOn', () => {
  it('is p·M⁻¹ρ > 0 at both ends, ρ without half of the ends, by float64', () => {
    const covariance = [
      [2, 0.9],
      [0.9, 0.5],
    ]
    const count = 200
    const [back, front, sum] = [1, 2, 3].map(seed => normal(key(seed), [count, 2]))
    const [p, q, s] = [back, front, sum].map(x => x.dataSync())
    const along = (p: number[], way: number[]) =>
      covariance.reduce((total, row, i) => total + p[i] * (row[0] * way[0] + row[1] * way[1]), 0)
    const expected = Array.from({ length: count }, (_, i) => {
      const [from, to] = [p, q].map(x => [x[2 * i], x[2 * i + 1]])
      const way = from.map((value, j) => s[2 * i + j] - (value + to[j]) / 2)
      return Number(along(from, way) > 0 && along(to, way) > 0)
    })
    expect(expected.filter(Boolean).length).toBeGreaterThan(20)
    expect(expected.filter(value => value === 0).length).toBeGreaterThan(40)
    expectClose(goesOn(back, front, sum, denseMass(covariance)), expected)
    const reversed = [back, front, sum].map(x => tf.neg(x))
    expectClose(goesOn(reversed[1], reversed[0], reversed[2], denseMass(covariance)), expected)
    expectNoLeak(() => tf.tidy(() => goesOn(back, front, sum, unitMass)))
  })
  it('ends what is no number, so that nothing follows it', () => {
    const momentum = tf.tensor2d([Number.NaN, 1], [2, 1])
    expectClose(goesOn(momentum, momentum, tf.mul(momentum, 2), unitMass), [0, 1])
  })
})
