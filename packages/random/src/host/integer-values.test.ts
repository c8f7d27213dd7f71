import { expectWithin, meanOf } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { integerValues } from './integer-values.ts'
import { key } from './key.ts'

const count = 100_000

describe('integerValues', () => {
  it.each([1, 2, 3, 5, 7])('gives each of %i values the same probability', range => {
    const drawn = integerValues(key(range), count, { minimum: -1, maximum: range - 1 })
    const p = 1 / range
    for (let value = 0; value < range; value++) {
      const share = meanOf(drawn, v => (v === value - 1 ? 1 : 0))
      expectWithin(share, p, Math.sqrt((p * (1 - p)) / count))
    }
  })
  it('draws again where plain multiplication is biased', () => {
    // With range 3·2³⁰ plain multiplication gives ⌊¾ word⌋, where multiples of 3 come from two words of every
    // four and the others from one.
    const range = 3 * 2 ** 30
    const drawn = integerValues(key(4), count, { minimum: -(2 ** 31), maximum: range - 2 ** 31 })
    const share = meanOf(drawn, v => ((v + 2 ** 31) % 3 === 0 ? 1 : 0))
    expectWithin(share, 1 / 3, Math.sqrt(2 / 9 / count))
  })
  it('reaches all of int32', () => {
    const drawn = integerValues(key(4), count, { minimum: -(2 ** 31), maximum: 2 ** 31 })
    expectWithin(meanOf(drawn) / 2 ** 31, 0, 1 / Math.sqrt(3 * count))
    expect(() => integerValues(key(4), 1, { maximum: 0 })).toThrow(
      /maximum must be an integer from 1 to 2147483648/,
    )
  })
})
