import { describe, expect, it } from 'vitest'
import { normalQuantile, rankNormalized } from './rank-normal.ts'

describe('rankNormalized', () => {
  it('gives normal scores of ranks over all chains, ties their mean rank', () => {
    const [first, second] = rankNormalized([Float64Array.of(10, -5), Float64Array.of(7, 7)])
    // Ranks 4, 1 and 2.5 twice, of 4.
    expect(first[0]).toBeCloseTo(normalQuantile(3.625 / 4.25), 12)
    expect(first[1]).toBeCloseTo(normalQuantile(0.625 / 4.25), 12)
    expect(second[0]).toBeCloseTo(0, 12)
    expect(second[1]).toBeCloseTo(0, 12)
  })
})

describe('normalQuantile', () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.025, -1.959963984540054],
    [0.9999, 3.719016485455709],
    [0.001, -3.090232306167813],
    [0.8413447460685429, 1],
  ])('of %s is the published %s', (p, published) => {
    expect(Math.abs(normalQuantile(p) - published)).toBeLessThan(5e-9)
  })
})
