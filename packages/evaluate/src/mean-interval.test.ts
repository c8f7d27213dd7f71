import { key } from '@chiaro/random'
import { normalValues } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { meanWithInterval } from './mean-interval.ts'

describe('meanWithInterval', () => {
  it('has the standard error and the interval of the normal limit', () => {
    const hits = Array.from({ length: 400 }, (_, i) => i % 5 !== 0)
    const { value, low, high, standardError, rows } = meanWithInterval(hits, { key: key(1), resamples: 4000 })
    const exact = Math.sqrt((0.8 * 0.2) / 400)
    expect([value, rows]).toEqual([0.8, 400])
    // The bootstrap's own error: a standard deviation of R resamples is known to 1/√(2R), 1.1 % here.
    expect(Math.abs(standardError / exact - 1)).toBeLessThan(0.05)
    expect(Math.abs(low - (0.8 - 1.96 * exact))).toBeLessThan(0.2 * exact)
    expect(Math.abs(high - (0.8 + 1.96 * exact))).toBeLessThan(0.2 * exact)
  })

  it('covers the truth as often as it says', () => {
    let covered = 0
    for (let set = 0; set < 200; set++) {
      const { low, high } = meanWithInterval(normalValues(set, 50), {
        key: key(set),
        resamples: 300,
        level: 0.9,
      })
      if (low <= 0 && 0 <= high) covered++
    }
    // Binomial of 200 at 0.9: 180 ± 4.2; the percentile bootstrap of 50 rows falls a little short.
    expect(covered).toBeGreaterThan(163)
    expect(covered).toBeLessThan(195)
  })

  it('does not call hits alone certain, nor misses: the closed form of Clopper and Pearson', () => {
    const hits = meanWithInterval([true, true, true], { key: key(1) })
    expect(hits).toMatchObject({ value: 1, high: 1, standardError: 0, method: 'exact' })
    expect(hits.low).toBeCloseTo(0.025 ** (1 / 3), 12)
    const misses = meanWithInterval([false, false], { key: key(1), level: 0.9 })
    expect(misses).toMatchObject({ value: 0, low: 0, method: 'exact' })
    expect(misses.high).toBeCloseTo(1 - Math.sqrt(0.05), 12)
    expect(meanWithInterval([true, false], { key: key(1) }).method).toBe('bootstrap')
  })

  it('says that equal numbers have no interval, and is the same for the same key', () => {
    const equal = meanWithInterval([2, 2, 2], { key: key(1) })
    expect(equal).toMatchObject({ value: 2, low: 2, high: 2, standardError: 0, method: 'none' })
    const values = normalValues(1, 30)
    expect(meanWithInterval(values, { key: key(3) })).toEqual(meanWithInterval(values, { key: key(3) }))
  })

  it('refuses no rows, a row that is not finite, and wrong options', () => {
    expect(() => meanWithInterval([], { key: key(1) })).toThrow('values must be of length at least 1')
    expect(() => meanWithInterval([1, Number.NaN], { key: key(1) })).toThrow(
      'values[1] must be a finite number',
    )
    expect(() => meanWithInterval([1], { key: key(1), resamples: 1 })).toThrow('resamples')
    expect(() => meanWithInterval([1], { key: key(1), level: 1 })).toThrow('level')
  })
})
