import { key } from '@chiaro/random'
import { expectWithin } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { type AliasTable, aliasTable } from './alias-table.ts'

/** What a table gives, added up over its cells. */
function reconstructed({ thresholds, aliases }: AliasTable): number[] {
  const n = thresholds.length
  const p = Array<number>(n).fill(0)
  for (let cell = 0; cell < n; cell++) {
    p[cell] += thresholds[cell] / n
    p[aliases[cell]] += (1 - thresholds[cell]) / n
  }
  return p
}

describe('aliasTable', () => {
  it.each([
    ['four weights', [5, 3, 1.5, 0.5]],
    ['one', [7]],
    ['equal ones', Array(10).fill(0.1)],
    ['zeros among them', [0, 2, 0, 0, 6, 0]],
    ['one that is almost all', [1e-12, 1, 1e-300]],
    ['weights whose sum overflows', [1e308, 1e308, 5e307]],
    ['a power law', Array.from({ length: 1000 }, (_, k) => 1 / (k + 1))],
  ])('holds the exact probabilities: %s', (_, weights) => {
    const table = aliasTable('f', 'weights', weights)
    const largest = Math.max(...weights)
    const total = weights.reduce((sum, w) => sum + w / largest, 0)
    for (const [i, p] of reconstructed(table).entries()) {
      expect(Math.abs(p - weights[i] / largest / total)).toBeLessThan(1e-15 * weights.length + 1e-15)
      if (weights[i] === 0) expect(p).toBe(0)
    }
  })
  it('draws each category as often as its weight says', () => {
    const count = 100_000
    const drawn = aliasTable('f', 'weights', [5, 3, 0, 1.5, 0.5]).draw(key(3), count)
    const counts = [0, 0, 0, 0, 0]
    for (const k of drawn) counts[k]++
    for (const [k, p] of [0.5, 0.3, 0, 0.15, 0.05].entries()) {
      expectWithin(counts[k] / count, p, Math.sqrt((p * (1 - p)) / count))
    }
  })
  it('refuses weights that are none', () => {
    expect(() => aliasTable('f', 'weights', [])).toThrow(/weights must be of length at least 1, got length 0/)
    expect(() => aliasTable('f', 'weights', [0, 0])).toThrow(/f: weights must be positive somewhere/)
    expect(() => aliasTable('f', 'weights', [1, -1])).toThrow(
      /weights\[1\] must be a finite number of at least 0, got -1/,
    )
  })
})
