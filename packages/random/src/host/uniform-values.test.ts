import { expectWithin, meanOf } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { bits } from './bits.ts'
import { key } from './key.ts'
import { uniformValues } from './uniform-values.ts'

const count = 100_000

describe('uniformValues', () => {
  it('is (word >>> 8)·2⁻²⁴, scaled', () => {
    const drawn = bits(key(3), 100)
    expect(Array.from(uniformValues(key(3), 100))).toEqual(Array.from(drawn, w => (w >>> 8) / 2 ** 24))
    const scaled = uniformValues(key(3), count, { minimum: -2, maximum: 3 })
    expect(scaled.every(v => v >= -2 && v < 3)).toBe(true)
    expectWithin(meanOf(scaled), 0.5, 5 / Math.sqrt(12 * count))
    expect(() => uniformValues(key(3), 1, { minimum: 2 })).toThrow(
      /maximum must be a finite number of at least 2/,
    )
  })
})
