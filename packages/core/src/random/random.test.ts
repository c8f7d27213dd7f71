import { describeBackends } from '@chiaro/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bernoulli } from './bernoulli.ts'
import { bits } from './bits.ts'
import { integers, integerValues } from './integers.ts'
import { foldIn, key, split } from './key.ts'
import { normal, normalValues } from './normal.ts'
import { permutation } from './permutation.ts'
import { uniform, uniformValues } from './uniform.ts'

const count = 100_000

/** Asserts |observed − expected| ≤ k standard errors; seeds are fixed, so this passes always or never. */
function expectWithin(observed: number, expected: number, standardError: number, k = 4): void {
  expect(Math.abs(observed - expected)).toBeLessThanOrEqual(k * standardError)
}

function mean(values: ArrayLike<number>, of: (value: number, index: number) => number = v => v): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += of(values[i], i)
  return sum / values.length
}

describe('key', () => {
  it('spreads a safe integer over two words in two’s complement', () => {
    expect(key(1)).toEqual({ high: 0, low: 1 })
    expect(key(-1)).toEqual({ high: 0xffffffff, low: 0xffffffff })
    expect(key(2 ** 53 - 1)).toEqual({ high: 2 ** 21 - 1, low: 0xffffffff })
    expect(key([3, 4])).toEqual({ high: 3, low: 4 })
  })
  it('refuses other seeds, and makes keys that do not change', () => {
    expect(() => key(0.5)).toThrow(/^key: seed must be a safe integer, got 0.5$/)
    expect(() => key([1, -1])).toThrow(RangeError)
    expect(Object.isFrozen(key(1)) && Object.isFrozen(split(key(1))[0])).toBe(true)
    // @ts-expect-error a number is no key
    expect(() => bits(7, 3)).toThrow(/bits: key must be a RandomKey/)
  })
  it('splits and folds into keys that differ from each other and from the parent', () => {
    const parent = key(5)
    const family = [
      parent,
      ...split(parent, 50),
      ...Array.from({ length: 100 }, (_, i) => foldIn(parent, i - 50)),
      foldIn(parent, 2 ** 40),
    ]
    const firstWords = family.map(member => bits(member, 2).join())
    expect(new Set(family.map(k => `${k.high},${k.low}`)).size).toBe(family.length)
    expect(new Set(firstWords).size).toBe(family.length)
    expect(split(parent, 3)).toEqual(split(parent, 50).slice(0, 3))
    expect(foldIn(parent, 7)).toEqual(foldIn(parent, 7))
  })
  it('gives children whose numbers are uncorrelated', () => {
    const [a, b] = split(key(11))
    const streams = [key(11), a, b, foldIn(key(11), 0)].map(k => uniformValues(k, count))
    for (let i = 0; i < streams.length; i++)
      for (let j = 0; j < i; j++) {
        const covariance = mean(streams[i], (u, at) => (u - 0.5) * (streams[j][at] - 0.5))
        // Independent uniforms: the product has mean 0 and variance 1/144.
        expectWithin(covariance, 0, 1 / 12 / Math.sqrt(count))
      }
  })
})

describe('bits', () => {
  it('begins a longer draw with the shorter one', () => {
    expect(bits(key(1), 9).slice(0, 5)).toEqual(bits(key(1), 5))
    expect(bits(key(1), 0)).toHaveLength(0)
  })
  it('sets every bit half the time', () => {
    const drawn = bits(key(2), count)
    for (let bit = 0; bit < 32; bit++) {
      expectWithin(
        mean(drawn, w => (w >>> bit) & 1),
        0.5,
        0.5 / Math.sqrt(count),
      )
    }
  })
})

describe('uniformValues', () => {
  it('is (word >>> 8)·2⁻²⁴, scaled', () => {
    const drawn = bits(key(3), 100)
    expect(Array.from(uniformValues(key(3), 100))).toEqual(Array.from(drawn, w => (w >>> 8) / 2 ** 24))
    const scaled = uniformValues(key(3), count, { minimum: -2, maximum: 3 })
    expect(scaled.every(v => v >= -2 && v < 3)).toBe(true)
    expectWithin(mean(scaled), 0.5, 5 / Math.sqrt(12 * count))
    expect(() => uniformValues(key(3), 1, { minimum: 2 })).toThrow(
      /maximum must be finite and at least minimum/,
    )
  })
})

describe('integerValues', () => {
  it.each([1, 2, 3, 5, 7])('gives each of %i values the same probability', range => {
    const drawn = integerValues(key(range), count, { minimum: -1, maximum: range - 1 })
    const p = 1 / range
    for (let value = 0; value < range; value++) {
      const share = mean(drawn, v => (v === value - 1 ? 1 : 0))
      expectWithin(share, p, Math.sqrt((p * (1 - p)) / count))
    }
  })
  it('draws again where plain multiplication is biased', () => {
    // With range 3·2³⁰ plain multiplication gives ⌊¾ word⌋, where multiples of 3 come from two words of every
    // four and the others from one.
    const range = 3 * 2 ** 30
    const drawn = integerValues(key(4), count, { minimum: -(2 ** 31), maximum: range - 2 ** 31 })
    const share = mean(drawn, v => ((v + 2 ** 31) % 3 === 0 ? 1 : 0))
    expectWithin(share, 1 / 3, Math.sqrt(2 / 9 / count))
  })
  it('reaches all of int32', () => {
    const drawn = integerValues(key(4), count, { minimum: -(2 ** 31), maximum: 2 ** 31 })
    expectWithin(mean(drawn) / 2 ** 31, 0, 1 / Math.sqrt(3 * count))
    expect(() => integerValues(key(4), 1, { maximum: 0 })).toThrow(/maximum must be an integer above minimum/)
  })
})

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

describe('normalValues', () => {
  it('has the normal’s first four moments', () => {
    const z = normalValues(key(7), count)
    expectWithin(mean(z), 0, 1 / Math.sqrt(count))
    expectWithin(
      mean(z, v => v * v),
      1,
      Math.sqrt(2 / count),
    )
    expectWithin(
      mean(z, v => v ** 3),
      0,
      Math.sqrt(15 / count),
    )
    expectWithin(
      mean(z, v => v ** 4),
      3,
      Math.sqrt(96 / count),
    )
    expectWithin(
      mean(z, (v, i) => v * z[i ^ 1]),
      0,
      1 / Math.sqrt(count),
    )
  })
  it('is Box and Muller on the key’s words', () => {
    const [w0, w1] = bits(key(8), 2)
    const radius = Math.sqrt(-2 * Math.log((w0 + 0.5) / 2 ** 32))
    const angle = (2 * Math.PI * (w1 + 0.5)) / 2 ** 32
    const [a] = normalValues(key(8), 1, { mean: 3, standardDeviation: 2 })
    expect(a).toBeCloseTo(3 + 2 * radius * Math.cos(angle), 6)
    expect(() => normalValues(key(8), 1, { standardDeviation: -1 })).toThrow(RangeError)
  })
})

describeBackends('random tensors', () => {
  it('hold the host’s values bit for bit', async () => {
    const u = uniform(key(1), [2, 3], { maximum: 4 })
    expect(u.shape).toEqual([2, 3])
    expect(u.dataSync()).toEqual(uniformValues(key(1), 6, { maximum: 4 }))
    expect(normal(key(1), [5]).dataSync()).toEqual(normalValues(key(1), 5))
    const i = integers(key(1), [3, 2], { maximum: 10 })
    expect(i.dtype).toBe('int32')
    expect(i.dataSync()).toEqual(integerValues(key(1), 6, { maximum: 10 }))
    expect(() => uniform(key(1), [2.5])).toThrow(/uniform: shape must be a non-negative integer, got 2.5/)
  })
  it('toss coins of the given probability', () => {
    const coins = bernoulli(key(9), [count], 0.3)
    expect(coins.dtype).toBe('bool')
    expectWithin(mean(coins.dataSync()), 0.3, Math.sqrt(0.21 / count))
    expect(Math.max(...bernoulli(key(9), [100], 0).dataSync())).toBe(0)
    expect(Math.min(...bernoulli(key(9), [100], 1).dataSync())).toBe(1)
    expect(() => bernoulli(key(9), [1], 1.5)).toThrow(/probability must be between 0 and 1, got 1.5/)
  })
})
