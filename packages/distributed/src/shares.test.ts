import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shares } from './shares.ts'

const counts = (...given: Parameters<typeof shares>) => shares(...given).map(({ from, to }) => to - from)

describe('shares of a batch', () => {
  it('are even, and what is left over goes to the first ranks', () => {
    expect(shares(8, 2)).toEqual([
      { from: 0, to: 4 },
      { from: 4, to: 8 },
    ])
    expect(counts(11, 4)).toEqual([3, 3, 3, 2])
    expect(counts(5, 5)).toEqual([1, 1, 1, 1, 1])
  })

  it('go by speed, a row at least for the slowest', () => {
    expect(counts(256, 3, { speeds: [1, 1, 2] })).toEqual([64, 64, 128])
    expect(counts(10, 2, { speeds: [3, 1] })).toEqual([8, 2])
    expect(counts(10, 3, { speeds: [1, 1000, 1000] })).toEqual([1, 5, 4])
  })

  it('are all rows, in order, and within a row of what the speeds ask for where none is slow', () => {
    const speeds = fc.array(fc.double({ min: 1, max: 3, noNaN: true }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(speeds, fc.integer({ min: 30, max: 1000 }), (speeds, rows) => {
        const all = shares(rows, speeds.length, { speeds })
        const total = speeds.reduce((sum, speed) => sum + speed, 0)
        expect([all[0].from, all.at(-1)?.to]).toEqual([0, rows])
        all.forEach(({ from, to }, r) => {
          if (r > 0) expect(from).toBe(all[r - 1].to)
          expect(Math.abs(to - from - (rows * speeds[r]) / total)).toBeLessThan(1)
        })
      }),
      { seed: 1 },
    )
  })

  it('are refused for fewer rows than ranks, and for speeds that are none', () => {
    expect(() => shares(3, 4)).toThrow('shares: rows must be one a rank at least (4), got 3')
    expect(() => shares(8, 2, { speeds: [1, 0] })).toThrow(
      /speeds\[1\] must be a finite number above 0, got 0/,
    )
    expect(() => shares(8, 2, { speeds: [1] })).toThrow(/speeds/)
  })
})
