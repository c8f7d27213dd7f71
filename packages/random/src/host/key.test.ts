import { expectWithin, meanOf } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { bits } from './bits.ts'
import { foldIn, key, split } from './key.ts'
import { uniformValues } from './uniform-values.ts'

const count = 100_000

describe('key', () => {
  it('spreads a safe integer over two words in two’s complement', () => {
    expect(key(1)).toEqual({ high: 0, low: 1 })
    expect(key(-1)).toEqual({ high: 0xffffffff, low: 0xffffffff })
    expect(key(2 ** 53 - 1)).toEqual({ high: 2 ** 21 - 1, low: 0xffffffff })
    expect(key([3, 4])).toEqual({ high: 3, low: 4 })
  })
  it('refuses other seeds, and makes keys that do not change', () => {
    expect(() => key(0.5)).toThrow(/^key: seed must be an integer, got 0\.5$/)
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
        const covariance = meanOf(streams[i], (u, at) => (u - 0.5) * (streams[j][at] - 0.5))
        // Independent uniforms: the product has mean 0 and variance 1/144.
        expectWithin(covariance, 0, 1 / 12 / Math.sqrt(count))
      }
  })
})
