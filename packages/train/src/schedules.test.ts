import { describe, expect, it } from 'vitest'
import { constant, warmupCosine } from './schedules.ts'

describe('warmupCosine', () => {
  const schedule = warmupCosine({ peak: 0.8, warmupSteps: 4, steps: 20, final: 0.2 })

  it('rises linearly to its peak', () => {
    for (const [step, rate] of [
      [1, 0.2],
      [2, 0.4],
      [3, 0.6],
      [4, 0.8],
    ]) {
      expect(schedule(step)).toBeCloseTo(rate, 14)
    }
  })

  it('falls by half a cosine to its final rate, and stays there', () => {
    expect(schedule(12)).toBeCloseTo(0.5, 14)
    expect(schedule(8)).toBeCloseTo(0.2 + 0.6 * Math.cos(Math.PI / 8) ** 2, 14)
    expect(schedule(16)).toBeCloseTo(0.2 + 0.6 * Math.cos((3 * Math.PI) / 8) ** 2, 14)
    expect(schedule(20)).toBe(0.2)
    expect(schedule(50)).toBe(0.2)
  })

  it('starts near its peak without warm-up and ends at 0 by default', () => {
    const plain = warmupCosine({ peak: 1, steps: 2 })
    expect(plain(1)).toBeCloseTo(0.5, 14)
    expect(plain(2)).toBe(0)
  })

  it('says which option is wrong', () => {
    expect(() => warmupCosine({ peak: 1, steps: 5, warmupSteps: 5 })).toThrow(
      'warmupCosine: warmupSteps must be an integer from 0 to 4, got 5',
    )
    expect(() => warmupCosine({ peak: -1, steps: 5 })).toThrow(
      'peak must be a finite number of at least 0, got -1',
    )
    expect(() => warmupCosine({ peak: 1, steps: 0 })).toThrow('steps')
    expect(() => warmupCosine({ peak: 1, steps: 5, final: Number.NaN })).toThrow('final')
  })
})

describe('constant', () => {
  it('is the same at every step', () => {
    expect([1, 2, 1000].map(constant(0.3))).toEqual([0.3, 0.3, 0.3])
    expect(() => constant(Number.POSITIVE_INFINITY)).toThrow('learningRate')
  })
})
