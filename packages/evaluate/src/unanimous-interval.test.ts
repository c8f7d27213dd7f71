import { describe, expect, it } from 'vitest'
import { unanimousInterval } from './unanimous-interval.ts'

describe('unanimousInterval', () => {
  it('is that of the binomial test', () => {
    // R 4: binom.test(10, 10)$conf.int is 0.6915029 1.0000000; binom.test(0, 10)$conf.int is 0.0000000 0.3084971.
    const ten = unanimousInterval(10, true)
    expect(ten.low).toBeCloseTo(0.6915029, 7)
    expect(ten.high).toBe(1)
    expect(unanimousInterval(10, false).low).toBe(0)
    expect(unanimousInterval(10, false).high).toBeCloseTo(0.3084971, 7)
  })

  it('has at its end the probability that is left over', () => {
    for (const [n, level] of [
      [1, 0.95],
      [32, 0.95],
      [1000, 0.99],
    ] as const) {
      const { low } = unanimousInterval(n, true, { level })
      let all = 1
      for (let i = 0; i < n; i++) all *= low
      expect(all).toBeCloseTo((1 - level) / 2, 10)
      expect(unanimousInterval(n, false, { level }).high).toBeCloseTo(1 - low, 12)
    }
  })

  it('refuses no trials and a level that is none', () => {
    expect(() => unanimousInterval(0, true)).toThrow('trials must be an integer of at least 1')
    expect(() => unanimousInterval(3, true, { level: 1 })).toThrow('level')
  })
})
