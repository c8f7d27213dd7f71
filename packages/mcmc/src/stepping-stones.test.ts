import { describe, expect, it } from 'vitest'
import { logAdd, steppingStones } from './stepping-stones.ts'

describe('steppingStones', () => {
  it('multiplies the mean weights, however large, with the error that chains say', () => {
    const weights = [
      [1, 3],
      [5, 15],
    ]
    for (const shift of [0, 1e4, -1e4]) {
      const found = steppingStones(weights.map(row => row.map(weight => Math.log(weight) + shift)))
      expect(found.logPartition).toBeCloseTo(Math.log(2 * 10) + 2 * shift, 9)
      // Chain by chain ∓(½ + ½), of mean 0: a standard deviation √2 over two chains.
      expect(found.standardError).toBeCloseTo(1, 9)
    }
  })
  it('has no error that several chains do not show, and one chain shows none', () => {
    expect(steppingStones([[2, 2, 2]])).toEqual({ logPartition: 2, standardError: 0 })
    expect(steppingStones([[2], [3]])).toEqual({ logPartition: 5, standardError: Number.NaN })
  })
  it('is −∞ where a stone has no weight', () => {
    const none = Number.NEGATIVE_INFINITY
    expect(
      steppingStones([
        [0, 0],
        [none, none],
      ]).logPartition,
    ).toBe(none)
    expect(steppingStones([[0, none]]).logPartition).toBeCloseTo(-Math.LN2, 12)
  })
})

describe('logAdd', () => {
  it('is log(eᵃ + eᵇ) without overflow', () => {
    expect(logAdd(Math.log(2), Math.log(3))).toBeCloseTo(Math.log(5), 12)
    expect(logAdd(1000, 1000)).toBeCloseTo(1000 + Math.LN2, 9)
    const none = Number.NEGATIVE_INFINITY
    expect([logAdd(none, 4), logAdd(4, none), logAdd(none, none)]).toEqual([4, 4, none])
  })
})
