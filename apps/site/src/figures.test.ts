import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chart } from './chart.ts'
import { type FigureName, figures } from './figures.ts'
import {
  bestDiscriminator,
  clipAtRightAngles,
  denoisedPrecision,
  divergencePrecision,
  logNormal,
  meanOfF,
  minusLogPartition,
  ntXentCeiling,
  ntXentFloor,
  summedLogPartition,
} from './formulas.ts'
import { learnedCritic, mutualInformation } from './tables.ts'

describe('the formulas of the figures', () => {
  it('give the published values', () => {
    expect(ntXentFloor(64, 0.5)).toBeCloseTo(2.863309, 5)
    expect(ntXentFloor(64, 0.1)).toBeCloseTo(0.004869, 5)
    expect(ntXentCeiling(512)).toBeCloseTo(6.93049, 5)
    expect(clipAtRightAngles(64, 1 / 0.07)).toBeCloseTo(3.94e-5, 7)
    expect([0.1, 0.3, 0.5].map(divergencePrecision)).toEqual([
      expect.closeTo(1.00251, 5),
      expect.closeTo(1.02357, 5),
      expect.closeTo(1.0718, 5),
    ])
    expect(denoisedPrecision(1, 0.5)).toBeCloseTo(0.8, 12)
  })
  it('sum to the log Z of a normal density, and have the best likelihood at its precision', () => {
    expect(summedLogPartition(x => 0.5 * x * x)).toBeCloseTo(0.5 * Math.log(2 * Math.PI), 6)
    const likelihood = (precision: number) => meanOfF(precision) + minusLogPartition(precision)
    expect(likelihood(1)).toBeGreaterThan(Math.max(likelihood(0.99), likelihood(1.01)))
    expect(likelihood(1)).toBeCloseTo(-0.5 - 0.5 * Math.log(2 * Math.PI), 12)
  })
  it('cannot tell alike data and noise apart', () => {
    expect(bestDiscriminator(logNormal(0.3), logNormal(0.3), 4)).toBeCloseTo(0.2, 12)
  })
})

describe('the tables', () => {
  it('have the learned critic as its experiment measured it', () => {
    const page = readFileSync(
      new URL('../../../tooling/experiments/mutual-information.md', import.meta.url),
      'utf8',
    )
    const rows = [...page.matchAll(/^\| (\d+) +\| ([\d.]+) ±/gm)].map(row => [Number(row[1]), Number(row[2])])
    expect(rows).toEqual(mutualInformation.map((x, i) => [x, learnedCritic[i]]))
  })
})

describe('every figure', () => {
  it.each(Object.keys(figures) as FigureName[])('%s lies within its axes', name => {
    const { plot, lines } = chart(figures[name])
    for (const { d } of lines) {
      const numbers = d.match(/-?[\d.]+/g)?.map(Number) ?? []
      expect(numbers.every(Number.isFinite)).toBe(true)
      const xs = numbers.filter((_, i) => i % 2 === 0)
      const ys = numbers.filter((_, i) => i % 2 === 1)
      expect(Math.min(...xs)).toBeGreaterThanOrEqual(plot.left - 0.05)
      expect(Math.max(...xs)).toBeLessThanOrEqual(plot.left + plot.width + 0.05)
      expect(Math.min(...ys)).toBeGreaterThanOrEqual(plot.top - 0.05)
      expect(Math.max(...ys)).toBeLessThanOrEqual(plot.top + plot.height + 0.05)
    }
  })
})
