import { key } from '@chiaro/random'
import { expectWithin, meanOf } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { categoricalNoise } from './categorical-noise.ts'
import { expectedUniqueCounts } from './expected-unique-counts.ts'
import { logUniformNoise } from './log-uniform-noise.ts'
import { sampleUnique } from './sample-unique.ts'

describe('sampleUnique', () => {
  it('gives distinct ids, all there are if need be', () => {
    const { ids, tries } = sampleUnique(key(1), logUniformNoise({ range: 1000 }), 200)
    expect(new Set(ids).size).toBe(200)
    expect(tries).toBeGreaterThan(200)
    const all = sampleUnique(key(2), categoricalNoise({ weights: [1, 0, 5, 1e-3] }), 3)
    expect(Array.from(all.ids).sort()).toEqual([0, 2, 3])
    expect(sampleUnique(key(3), logUniformNoise({ range: 5 }), 0)).toEqual({
      ids: new Int32Array(0),
      tries: 0,
    })
  })
  it('counts its tries: a coin needs 3 on average to show both sides', () => {
    const coin = categoricalNoise({ weights: [1, 1] })
    const tries = Array.from({ length: 5000 }, (_, seed) => sampleUnique(key(seed), coin, 2).tries)
    // 1 + a geometric number of mean 2 and variance 2.
    expectWithin(meanOf(tries), 3, Math.sqrt(2 / 5000))
    expect(Math.min(...tries)).toBe(2)
  })
  it('takes the ids in the order in which a plain draw shows them first', () => {
    const noise = logUniformNoise({ range: 20 })
    const [few, more] = [sampleUnique(key(4), noise, 3), sampleUnique(key(4), noise, 18)]
    expect(more.ids.slice(0, 3)).toEqual(few.ids)
  })
  it('includes ids about as often as expected counts say', () => {
    const noise = logUniformNoise({ range: 12 })
    const [runs, count] = [4000, 4]
    const seen = Array<number>(12).fill(0)
    const expected = Array<number>(12).fill(0)
    const p = Array.from({ length: 12 }, (_, id) => noise.probability(id))
    for (let seed = 0; seed < runs; seed++) {
      const { ids, tries } = sampleUnique(key(seed), noise, count)
      for (const id of ids) seen[id] += 1 / runs
      for (const [id, q] of expectedUniqueCounts(p, tries).entries()) expected[id] += q / runs
    }
    // T is the number of tries it took, not fixed: an approximation, good to some percent of an id.
    for (const id of p.keys()) expect(Math.abs(seen[id] - expected[id])).toBeLessThan(0.05)
    expect(seen.reduce((sum, v) => sum + v, 0)).toBeCloseTo(count, 9)
  })
  it('refuses more ids than there are', () => {
    expect(() => sampleUnique(key(1), categoricalNoise({ weights: [1, 0, 5] }), 3)).toThrow(
      /sampleUnique: count must be at most 2, the ids of positive probability, got 3/,
    )
    expect(() => sampleUnique(key(1), logUniformNoise({ range: 3 }), 0.5)).toThrow(RangeError)
  })
  it('gives up on an id that never comes', () => {
    const never = {
      ...logUniformNoise({ range: 2 }),
      sampleIds: (_: unknown, count: number) => new Int32Array(count),
    }
    expect(() => sampleUnique(key(1), never, 2)).toThrow(/count must be smaller: .*, got 2 \(1 found in 16/)
  })
})
