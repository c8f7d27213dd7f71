import { key } from '@chiaro/random'
import { meanOf, normalValues } from '@chiaro/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auroc, aurocWithInterval } from './auroc.ts'
import { averagePrecision, averagePrecisionWithInterval } from './average-precision.ts'

const rows = fc
  .array(
    fc.record({
      score: fc.constantFrom(0, 1, 2, 3, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
      label: fc.boolean(),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .filter(all => all.some(({ label }) => label) && all.some(({ label }) => !label))

const beats = (a: number, b: number) => (a === b ? 0.5 : Number(a > b))

describe('auroc', () => {
  it('is the share of pairs in order, a tie half, by brute force', () => {
    fc.assert(
      fc.property(rows, all => {
        const of = (wanted: boolean) => all.filter(({ label }) => label === wanted).map(({ score }) => score)
        const pairs = of(true).flatMap(p => of(false).map(n => beats(p, n)))
        const value = auroc(
          all.map(({ score }) => score),
          all.map(({ label }) => label),
        )
        expect(value).toBeCloseTo(meanOf(pairs), 12)
      }),
    )
  })
  it('is 1 and 0 without ties across, and ½ where all scores are equal', () => {
    expect(auroc([3, 2, 1, 0], [1, 1, 0, 0])).toBe(1)
    expect(auroc([3, 2, 1, 0], [0, 0, 1, 1])).toBe(0)
    expect(auroc([5, 5, 5], [0, 1, 1])).toBe(0.5)
  })
  it('has the standard error of DeLong, DeLong and Clarke-Pearson (1988), and an interval about the value', () => {
    const [m, n] = [150, 100]
    const positives = [...normalValues(1, m)].map(x => x + 1)
    const negatives = [...normalValues(2, n)]
    const variance = (values: readonly number[]) =>
      meanOf(values, v => (v - meanOf(values)) ** 2) / values.length
    const expected = Math.sqrt(
      variance(positives.map(p => meanOf(negatives.map(q => beats(p, q))))) +
        variance(negatives.map(q => meanOf(positives.map(p => beats(p, q))))),
    )
    const scores = [...positives, ...negatives]
    const labels = scores.map((_, i) => i < m)
    const result = aurocWithInterval(scores, labels, { key: key(3) })
    expect(result).toMatchObject({ level: 0.95, resamples: 1000, positives: m, negatives: n })
    expect(result.value).toBe(auroc(scores, labels))
    // The error of a standard deviation over 1000 resamples is 2.2 %.
    expect(Math.abs(result.standardError / expected - 1)).toBeLessThan(0.09)
    expect((result.high - result.low) / (2 * 1.96 * expected)).toBeCloseTo(1, 0.7)
    expect(result.low).toBeLessThan(result.value)
    expect(result.high).toBeGreaterThan(result.value)
    const narrow = aurocWithInterval(scores, labels, { key: key(3), level: 0.5 })
    expect(narrow.high - narrow.low).toBeLessThan(result.high - result.low)
  })
  it('covers: 95 % intervals hold the true area in 95 % of replicates', () => {
    // Exponentials of rates 1 and 3: P(positive > negative) = 3/4.
    const replicates = 100
    const squares = (seed: number) => [...normalValues(seed, 60)].map(x => (x * x) / 2)
    let covered = 0
    for (let r = 0; r < replicates; r++) {
      // Half the sum of two squared normals is exponential.
      const exponential = (seed: number) => squares(seed).map((x, i) => x + squares(seed + 1)[i])
      const a = exponential(4 * r)
      const b = exponential(4 * r + 2).map(x => x / 3)
      const { low, high } = aurocWithInterval(
        [...a, ...b],
        Array.from({ length: 120 }, (_, i) => i < 60),
        { key: key(r), resamples: 200 },
      )
      if (low <= 0.75 && 0.75 <= high) covered += 1
    }
    expect(covered / replicates).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / replicates))
  })
  it('does not call rows in order certain: as many hits as there are disjoint pairs', () => {
    const options = { key: key(1), resamples: 50 }
    const apart = aurocWithInterval([5, 4, 3, 2, 1], [1, 1, 1, 0, 0], options)
    expect(apart).toMatchObject({ value: 1, high: 1, standardError: 0, method: 'exact' })
    // Two pairs: 0.025^(1/2).
    expect(apart.low).toBeCloseTo(Math.sqrt(0.025), 12)
    const reversed = aurocWithInterval([1, 2], [1, 0], options)
    expect(reversed).toMatchObject({ value: 0, low: 0, high: 0.975, method: 'exact' })
    const tied = aurocWithInterval([7, 7, 7], [1, 0, 0], options)
    expect(tied).toMatchObject({ value: 0.5, low: 0.5, high: 0.5, method: 'none' })
    const precise = averagePrecisionWithInterval([3, 2, 1], [1, 1, 0], options)
    expect(precise).toMatchObject({ value: 1, method: 'none' })
    expect(aurocWithInterval([3, 2, 1, 0], [1, 0, 1, 0], options).method).toBe('bootstrap')
  })
  it('gives the same for the same key, another interval for another', () => {
    const scores = [...normalValues(5, 40)]
    const labels = scores.map((_, i) => i % 2)
    const first = aurocWithInterval(scores, labels, { key: key(1), resamples: 50 })
    expect(aurocWithInterval(scores, labels, { key: key(1), resamples: 50 })).toEqual(first)
    expect(aurocWithInterval(scores, labels, { key: key(2), resamples: 50 }).low).not.toBe(first.low)
  })
  it('refuses what it cannot rank', () => {
    expect(() => auroc([1, Number.NaN], [0, 1])).toThrow('auroc: scores[1] must be a number, got NaN')
    expect(() => auroc([1, 2], [0, 2])).toThrow('auroc: labels[1] must be 0 or 1, or a boolean, got 2')
    expect(() => auroc([1, 2], [0])).toThrow('labels must be of length 2, one for each score, got length 1')
    expect(() => auroc([1, 2], [1, 1])).toThrow('of both kinds, got 2 positives and 0 negatives')
    expect(() => auroc([], [])).toThrow('of both kinds')
    const with_ = (more: object) => () => aurocWithInterval([1, 2], [0, 1], { key: key(1), ...more })
    expect(with_({ resamples: 1 })).toThrow('resamples must be an integer of at least 2, got 1')
    expect(with_({ level: 1 })).toThrow('level must be a number above 0 and below 1, got 1')
  })
})

describe('averagePrecision', () => {
  it('sums precision over the steps of recall, tied rows together, by brute force', () => {
    fc.assert(
      fc.property(rows, all => {
        const total = all.filter(({ label }) => label).length
        const thresholds = [...new Set(all.map(({ score }) => score))].sort((a, b) => (a < b ? 1 : -1))
        let [expected, recall] = [0, 0]
        for (const threshold of thresholds) {
          const taken = all.filter(({ score }) => score >= threshold)
          const found = taken.filter(({ label }) => label).length
          expected += (found / total - recall) * (found / taken.length)
          recall = found / total
        }
        const value = averagePrecision(
          all.map(({ score }) => score),
          all.map(({ label }) => label),
        )
        expect(value).toBeCloseTo(expected, 12)
      }),
    )
  })
  it('is the share of positives where scores say nothing, and has an interval', () => {
    expect(averagePrecision([1, 1, 1, 1], [1, 0, 0, 0])).toBe(0.25)
    const labels = Array.from({ length: 60 }, (_, i) => i % 3 === 0)
    const scores = [...normalValues(9, 60)].map((x, i) => x + (labels[i] ? 1 : 0))
    const result = averagePrecisionWithInterval(scores, labels, { key: key(1), resamples: 200 })
    expect(result.value).toBe(averagePrecision(scores, labels))
    expect(result.low).toBeLessThan(result.value)
    expect(result.high).toBeGreaterThan(result.value)
    expect(result.standardError).toBeGreaterThan(0)
    expect(result).toMatchObject({ positives: 20, negatives: 40 })
    expect(() => averagePrecisionWithInterval([1, 2], [1, 1], { key: key(1) })).toThrow(
      /^averagePrecisionWithInterval: labels/,
    )
  })
})
