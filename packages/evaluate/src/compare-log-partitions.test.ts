import { describe, expect, it } from 'vitest'
import { compareLogPartitions } from './compare-log-partitions.ts'
import { heldOutLogLikelihood } from './held-out-log-likelihood.ts'

const estimate = (logPartition: number, standardError: number) => ({ logPartition, standardError })

describe('compareLogPartitions', () => {
  it('adds errors in quadrature and agrees up to the threshold', () => {
    const learned = estimate(1, 0.3)
    const within = compareLogPartitions({ learned, independent: estimate(-0.49, 0.4) })
    expect(within).toMatchObject({ standardError: 0.5, agree: true })
    expect(within.difference).toBeCloseTo(1.49, 14)
    expect(within.explanation).toBe(
      'The learned log partition is 1.00000 ± 0.30, the independent estimate -0.490000 ± 0.40: ' +
        'they agree within 3 standard errors.',
    )
    expect(compareLogPartitions({ learned, independent: estimate(-0.51, 0.4) }).agree).toBe(false)
    expect(compareLogPartitions({ learned, independent: estimate(-0.49, 0.4) }, { threshold: 2 }).agree).toBe(
      false,
    )
  })
  it('names reasons by the sign, and what not to trust', () => {
    const larger = compareLogPartitions({ learned: estimate(5, 0.1), independent: estimate(1, 0.1) })
    expect(larger.explanation).toMatch(/they disagree\. The learned one is larger: .*miss a part/)
    const independent = { ...estimate(1, 0.1), reliable: false, effectiveSampleSize: 7.25 }
    const smaller = compareLogPartitions({ learned: estimate(-5, 0.1), independent })
    expect(smaller.explanation).toMatch(/The learned one is smaller: .*neither data nor noise/)
    expect(smaller.explanation).toMatch(/The independent one rests on 7\.[23] effective samples/)
  })
  it('allows float32 rounding between exact values, and concludes nothing from infinite errors', () => {
    expect(
      compareLogPartitions({ learned: estimate(100, 0), independent: estimate(100.00005, 0) }).agree,
    ).toBe(true)
    expect(compareLogPartitions({ learned: estimate(1, 0), independent: estimate(1.001, 0) }).agree).toBe(
      false,
    )
    const unknown = compareLogPartitions({
      learned: estimate(1, Number.POSITIVE_INFINITY),
      independent: estimate(1, 0),
    })
    expect(unknown.agree).toBe(false)
    expect(unknown.explanation).toMatch(/nothing follows/)
  })
  it('refuses what cannot be compared', () => {
    const one = estimate(1, 0.1)
    expect(() => compareLogPartitions({ learned: estimate(Number.NaN, 1), independent: one })).toThrow(
      'compareLogPartitions: learned.logPartition must be a finite number, got NaN',
    )
    expect(() => compareLogPartitions({ learned: one, independent: estimate(1, -1) })).toThrow(
      'independent.standardError must be a number from 0 to ∞, got -1',
    )
    expect(() => compareLogPartitions({ learned: one, independent: one }, { threshold: 0 })).toThrow(
      RangeError,
    )
  })
})

describe('heldOutLogLikelihood', () => {
  it('is the mean with both errors, by hand', () => {
    // Mean 2, s² = 2, so the sampling error is √(2/4).
    const result = heldOutLogLikelihood([1, 1, 2, 4], {
      logPartitionStandardError: Math.sqrt(0.5),
      logJacobian: 10,
    })
    expect(result.mean).toBe(12)
    expect(result.count).toBe(4)
    expect(result.samplingStandardError).toBeCloseTo(Math.sqrt(0.5), 14)
    expect(result.standardError).toBeCloseTo(1, 14)
    expect(heldOutLogLikelihood(Float32Array.of(-1, -3)).mean).toBe(-2)
  })
  it('refuses rows without a density, and says which', () => {
    expect(() => heldOutLogLikelihood([0, Number.NEGATIVE_INFINITY])).toThrow(
      'heldOutLogLikelihood: logDensities must be finite, got -Infinity in row 1',
    )
    expect(() => heldOutLogLikelihood([0])).toThrow('logDensities must be of length at least 2, got length 1')
    expect(() => heldOutLogLikelihood([0, 1], { logPartitionStandardError: -1 })).toThrow(
      'logPartitionStandardError must be a number from 0 to ∞, got -1',
    )
    expect(() => heldOutLogLikelihood([0, 1], { logJacobian: Number.NaN })).toThrow(
      'logJacobian must be a finite number',
    )
  })
})
