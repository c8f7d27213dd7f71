import { expectWithin } from '@chiaro/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { key, split } from './key.ts'
import { permutation } from './permutation.ts'

describe('permutation', () => {
  it('holds every index once, for every n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.maxSafeInteger(), (n, seed) => {
        expect([...permutation(key(seed), n)].sort((a, b) => a - b)).toEqual(
          Array.from({ length: n }, (_, i) => i),
        )
      }),
      { seed: 1, numRuns: 50 },
    )
  })
  it('gives all orders of 4 the same probability', () => {
    const trials = 24_000
    const seen = new Map<string, number>()
    for (const k of split(key(6), trials)) {
      const order = permutation(k, 4).join()
      seen.set(order, (seen.get(order) ?? 0) + 1)
    }
    expect(seen.size).toBe(24)
    const p = 1 / 24
    for (const times of seen.values()) expectWithin(times / trials, p, Math.sqrt((p * (1 - p)) / trials))
  })
})
