import { key, normalValues } from '@chiaro/random'
import { describe, expect, it } from 'vitest'
import { rHat } from './r-hat.ts'

const [draws, chains] = [500, 4]
const noise = normalValues(key(1), draws * chains)
const rowsOf = (f: (x: number, chain: number, draw: number) => number) =>
  Array.from({ length: draws }, (_, draw) =>
    Array.from({ length: chains }, (_, chain) => f(noise[draw * chains + chain], chain, draw)),
  )

describe('rHat', () => {
  it('is near 1 for chains of one distribution', () => {
    const value = rHat(rowsOf(x => x))
    expect(value).toBeGreaterThan(0.995)
    expect(value).toBeLessThan(1.01)
  })
  it('is the larger split R̂ of normal scores of the draws and of their distances from the median', () => {
    // Log-normal values in an order that sets chains apart; everything from the definition in float64.
    const values = Array.from({ length: 80 }, (_, i) => Math.exp(quantile((i + 0.5) / 80)))
    const rows = Array.from({ length: 40 }, (_, draw) => {
      const flip = (draw * 7) % 40 < 20
      return flip ? [values[draw], values[79 - draw]] : [values[79 - draw], values[draw]]
    })
    const halves = [0, 1].flatMap(c => [0, 20].map(from => rows.slice(from, from + 20).map(row => row[c])))
    const mean = (x: number[]) => x.reduce((a, b) => a + b) / x.length
    const variance = (x: number[]) => x.reduce((sum, v) => sum + (v - mean(x)) ** 2, 0) / (x.length - 1)
    const reduction = (chains: number[][]) => {
      const sorted = chains.flat().sort((a, b) => a - b)
      const rank = (v: number) => (sorted.indexOf(v) + sorted.lastIndexOf(v)) / 2 + 1
      const scored = chains.map(x => x.map(v => quantile((rank(v) - 0.375) / 80.25)))
      return Math.sqrt(19 / 20 + variance(scored.map(mean)) / mean(scored.map(variance)))
    }
    const median = (values[39] + values[40]) / 2
    const folded = halves.map(x => x.map(v => Math.abs(v - median)))
    expect(rHat(rows)).toBeCloseTo(Math.max(reduction(halves), reduction(folded)), 7)
  })
  it.each([
    ['one is elsewhere', (x: number, chain: number) => x + (chain === 0 ? 2 : 0)],
    ['one is wider, with the same centre', (x: number, chain: number) => x * (chain === 0 ? 4 : 1)],
    ['all drift alike, which only halves show', (x: number, _: number, draw: number) => x + draw / 150],
  ])('is above 1.05 when %s', (_, f) => {
    expect(rHat(rowsOf(f))).toBeGreaterThan(1.05)
  })
  it('sees chains apart through tails whose variance hides it', () => {
    const heavy = (x: number, chain: number) => Math.sinh(5 * x) + (chain === 0 ? 20 : 0)
    expect(rHat(rowsOf(heavy))).toBeGreaterThan(1.01)
  })
  it('is NaN for draws that are all equal or not finite, and a number for two values', () => {
    expect(rHat(rowsOf(() => 3))).toBeNaN()
    expect(rHat(rowsOf((x, chain) => (chain === 0 ? Number.POSITIVE_INFINITY : x)))).toBeNaN()
    expect(rHat(rowsOf(x => Number(x > 0)))).toBeLessThan(1.02)
  })
  it('refuses too few draws', () => {
    expect(() => rHat([[1], [2]])).toThrow(/^rHat: draws must be at least 4 a chain, got 2$/)
  })
})

/** Φ⁻¹ by bisection on a Simpson sum of the density: slow, and nobody's approximation. */
function quantile(p: number): number {
  let [low, high] = [-9, 9]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (cumulative(middle) < p) low = middle
    else high = middle
  }
  return low
}
function cumulative(x: number): number {
  const n = 200
  const h = x / n
  let sum = 0
  for (let i = 0; i <= n; i++)
    sum += (i === 0 || i === n ? 1 : 2 + 2 * (i % 2)) * Math.exp(-((i * h) ** 2) / 2)
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI)
}
