import { describeBackends, expectWithin, meanOf } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { bits } from './bits.ts'
import { key } from './key.ts'
import { uniform, uniformValues } from './uniform.ts'

const count = 100_000

describe('uniformValues', () => {
  it('is (word >>> 8)·2⁻²⁴, scaled', () => {
    const drawn = bits(key(3), 100)
    expect(Array.from(uniformValues(key(3), 100))).toEqual(Array.from(drawn, w => (w >>> 8) / 2 ** 24))
    const scaled = uniformValues(key(3), count, { minimum: -2, maximum: 3 })
    expect(scaled.every(v => v >= -2 && v < 3)).toBe(true)
    expectWithin(meanOf(scaled), 0.5, 5 / Math.sqrt(12 * count))
    expect(() => uniformValues(key(3), 1, { minimum: 2 })).toThrow(
      /maximum must be finite and at least minimum/,
    )
  })
})

describeBackends('uniform', () => {
  it('holds the host’s values bit for bit', () => {
    const u = uniform(key(1), [2, 3], { maximum: 4 })
    expect(u.shape).toEqual([2, 3])
    expect(u.dataSync()).toEqual(uniformValues(key(1), 6, { maximum: 4 }))
    expect(() => uniform(key(1), [2.5])).toThrow(/uniform: shape must be a non-negative integer, got 2.5/)
  })
  it.each([0, 1, 2, 3, 15, 16, 17, 31, 33, 1001, 40_003])(
    'holds %i of the host’s values bit for bit',
    count => {
      for (const seed of [1, 2 ** 40 + 7]) {
        const on = uniform(key(seed), [count]).dataSync()
        expect(on).toEqual(uniformValues(key(seed), count))
      }
    },
  )
})
