import { bits, key } from '@chiaro/random'
import { expectWithin, meanOf } from '@chiaro/test-kit'
import { expect, it } from 'vitest'
import { unitValues } from './unit-values.ts'

const count = 100_000

it('has the moments of a uniform distribution', () => {
  const u = unitValues(key(1), count)
  expectWithin(meanOf(u), 1 / 2, Math.sqrt(1 / 12 / count))
  // Var u² = 1/5 − 1/9.
  expectWithin(
    meanOf(u, v => v * v),
    1 / 3,
    Math.sqrt((1 / 5 - 1 / 9) / count),
  )
  expect(u.every(v => v > 0 && v < 1)).toBe(true)
})
it('is the upper 52 bits of two words, moved to the middle of their cell', () => {
  const words = bits(key(4), 6)
  for (const [i, u] of unitValues(key(4), 3).entries()) {
    const v = (BigInt(words[2 * i]) << 20n) | BigInt(words[2 * i + 1] >>> 12)
    expect(u).toBe(Number(2n * v + 1n) / 2 ** 53)
  }
})
