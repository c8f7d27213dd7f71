import { integerValues, key, permutation, split } from '@chiaro/random'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chanceOfHit } from './chance.ts'

/** n choose k, exactly. */
function choose(n: number, k: number): bigint {
  if (k > n) return 0n
  let result = 1n
  for (let i = 0; i < k; i++) result = (result * BigInt(n - i)) / BigInt(i + 1)
  return result
}

describe('chanceOfHit', () => {
  it('is k/n with one right answer', () => {
    expect(chanceOfHit(290, 1, 1)).toBe(1 / 290)
    expect(chanceOfHit(290, 1, 10)).toBe(10 / 290)
  })

  it('equals one minus a ratio of binomial coefficients', () => {
    const cases = fc.integer({ min: 1, max: 60 }).chain(total =>
      fc.record({
        total: fc.constant(total),
        right: fc.integer({ min: 1, max: total }),
        k: fc.integer({ min: 0, max: total + 3 }),
      }),
    )
    fc.assert(
      fc.property(cases, ({ total, right, k }) => {
        const all = choose(total, Math.min(k, total))
        const missed = choose(total - right, Math.min(k, total))
        expect(chanceOfHit(total, right, k)).toBeCloseTo(1 - Number(missed) / Number(all), 10)
      }),
    )
  })

  it('is what random orders give, within four standard errors', () => {
    const [total, right, k, draws] = [12, 3, 4, 4000]
    let hits = 0
    for (const one of split(key(integerValues(key(1), 1, { maximum: 1000 })[0]), draws)) {
      if (
        permutation(one, total)
          .subarray(0, k)
          .some(item => item < right)
      )
        hits += 1
    }
    const expected = chanceOfHit(total, right, k)
    const error = Math.sqrt((expected * (1 - expected)) / draws)
    expect(Math.abs(hits / draws - expected)).toBeLessThan(4 * error)
  })

  it('is 0 below the first rank and 1 from the last', () => {
    expect(chanceOfHit(5, 2, 0)).toBe(0)
    expect(chanceOfHit(5, 2, -3)).toBe(0)
    expect(chanceOfHit(5, 2, 4)).toBe(1)
    expect(chanceOfHit(5, 2, 9)).toBe(1)
  })

  it('refuses no right answer, and more than there are', () => {
    expect(() => chanceOfHit(5, 0, 1)).toThrow('chanceOfHit: right must be an integer from 1 to 5, got 0')
    expect(() => chanceOfHit(5, 6, 1)).toThrow('got 6')
  })
})
