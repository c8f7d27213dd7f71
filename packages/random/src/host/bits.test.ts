import { expectWithin, meanOf } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { bits } from './bits.ts'
import { key } from './key.ts'

const count = 100_000

describe('bits', () => {
  it('begins a longer draw with the shorter one', () => {
    expect(bits(key(1), 9).slice(0, 5)).toEqual(bits(key(1), 5))
    expect(bits(key(1), 0)).toHaveLength(0)
  })
  it('sets every bit half the time', () => {
    const drawn = bits(key(2), count)
    for (let bit = 0; bit < 32; bit++) {
      expectWithin(
        meanOf(drawn, w => (w >>> bit) & 1),
        0.5,
        0.5 / Math.sqrt(count),
      )
    }
  })
})
