import { describe, expect, it } from 'vitest'
import { summarizeLogWeights } from './log-mean-weight.ts'

describe('summarizeLogWeights', () => {
  it('is what the weights themselves give, however large', () => {
    const weights = [1, 2, 5, 0]
    for (const shift of [0, 1e4, -1e4]) {
      const { logMean, standardError, effectiveSampleSize } = summarizeLogWeights(
        weights.map(w => Math.log(w) + shift),
      )
      expect(logMean).toBeCloseTo(Math.log(2) + shift, 9)
      // Sample variance (1 + 0 + 9 + 4)/3 of mean 2, over n = 4.
      expect(standardError).toBeCloseTo(Math.sqrt(14 / 3 / 4) / 2, 9)
      expect(effectiveSampleSize).toBeCloseTo(64 / 30, 9)
    }
  })
  it('of equal weights is exact, with as many draws as there are', () => {
    expect(summarizeLogWeights([3, 3, 3])).toEqual({ logMean: 3, standardError: 0, effectiveSampleSize: 3 })
  })
  it('of no weight at all is −∞', () => {
    const none = summarizeLogWeights([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(none).toEqual({
      logMean: Number.NEGATIVE_INFINITY,
      standardError: Number.NaN,
      effectiveSampleSize: 0,
    })
  })
})
