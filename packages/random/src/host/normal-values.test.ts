import { expectWithin, meanOf } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { bits } from './bits.ts'
import { key } from './key.ts'
import { normalValues } from './normal-values.ts'

const count = 100_000

describe('normalValues', () => {
  it('has the normal’s first four moments', () => {
    const z = normalValues(key(7), count)
    expectWithin(meanOf(z), 0, 1 / Math.sqrt(count))
    expectWithin(
      meanOf(z, v => v * v),
      1,
      Math.sqrt(2 / count),
    )
    expectWithin(
      meanOf(z, v => v ** 3),
      0,
      Math.sqrt(15 / count),
    )
    expectWithin(
      meanOf(z, v => v ** 4),
      3,
      Math.sqrt(96 / count),
    )
    expectWithin(
      meanOf(z, (v, i) => v * z[i ^ 1]),
      0,
      1 / Math.sqrt(count),
    )
  })
  it('is Box and Muller on the key’s words', () => {
    const [w0, w1] = bits(key(8), 2)
    const radius = Math.sqrt(-2 * Math.log((w0 + 0.5) / 2 ** 32))
    const angle = (2 * Math.PI * (w1 + 0.5)) / 2 ** 32
    const [a] = normalValues(key(8), 1, { mean: 3, standardDeviation: 2 })
    expect(a).toBeCloseTo(3 + 2 * radius * Math.cos(angle), 6)
    expect(() => normalValues(key(8), 1, { standardDeviation: -1 })).toThrow(RangeError)
  })
})
