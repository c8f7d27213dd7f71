import { key } from '@chiaro/random'
import { describe, expect, it } from 'vitest'
import { createNoise } from './create-noise.ts'
import { learnedUnigramNoise } from './learned-unigram-noise.ts'

describe('learnedUnigramNoise', () => {
  it('counts what it sees, from one each', () => {
    const noise = learnedUnigramNoise({ range: 3 })
    noise.observe([2, 2, 0])
    expect([0, 1, 2].map(noise.probability)).toEqual([2 / 6, 1 / 6, 3 / 6])
    noise.observe(Int32Array.of(1))
    expect(noise.state()).toEqual({ counts: [1, 1, 2] })
  })
  it('goes on from a checkpoint as if nothing had been', () => {
    const noise = learnedUnigramNoise({ range: 5 })
    noise.observe([4, 4, 1])
    const state = JSON.parse(JSON.stringify(noise.state()))
    const written = JSON.parse(JSON.stringify(noise.spec))
    const resumed = learnedUnigramNoise({ range: 5 })
    resumed.restore(state)
    for (const copy of [noise, resumed]) copy.observe([0, 4])
    expect(resumed.sampleIds(key(1), 100)).toEqual(noise.sampleIds(key(1), 100))
    expect(createNoise(written).spec).toEqual({ kind: 'learnedUnigram', range: 5, counts: [0, 1, 0, 0, 2] })
  })
  it('counts none of the ids when one is wrong', () => {
    const noise = learnedUnigramNoise({ range: 2 })
    expect(() => noise.observe([0, 1, 2])).toThrow(/observe: ids\[2\] must be an integer from 0 to 1, got 2/)
    expect(noise.state()).toEqual({ counts: [0, 0] })
    expect(() => noise.restore({ counts: [1] })).toThrow(/counts must be of length 2, got length 1/)
    expect(() => learnedUnigramNoise({ range: 2, counts: [1, -1] })).toThrow(RangeError)
  })
})
