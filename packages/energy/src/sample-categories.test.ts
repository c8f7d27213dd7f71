import { key } from '@chiaro/random'
import { expectWithin } from '@chiaro/test-kit'
import { expect, it } from 'vitest'
import { sampleCategories } from './sample-categories.ts'

it('draws in proportion to exp(logits), and nothing of probability 0', () => {
  const n = 40_000
  const drawn = sampleCategories(key(1), [Number.NEGATIVE_INFINITY, Math.log(1), Math.log(3)], n)
  expect(drawn.includes(0)).toBe(false)
  expectWithin(drawn.filter(k => k === 2).length / n, 0.75, Math.sqrt((0.75 * 0.25) / n))
})
it('draws what is rarer than one in 2²⁴ where there are many of it', () => {
  // 2²⁰ categories of weight 2⁻²⁶ share 1/64 beside one of weight 1: 24 bits alone would draw multiples of 4 only.
  const rare = 2 ** 20
  const logits = new Float64Array(rare + 1).fill(-26 * Math.LN2)
  logits[rare] = 0
  const n = 60_000
  const few = sampleCategories(key(2), logits, n).filter(k => k < rare)
  const p = 2 ** -6 / (1 + 2 ** -6)
  expectWithin(few.length / n, p, Math.sqrt((p * (1 - p)) / n))
  expectWithin(few.filter(k => k % 4 === 1).length / few.length, 0.25, Math.sqrt((0.25 * 0.75) / few.length))
})
it('gives the same draw for the same key, and none for none', () => {
  expect(sampleCategories(key(3), [0, 0], 9)).toEqual(sampleCategories(key(3), [0, 0], 9))
  expect(sampleCategories(key(3), [0, 0], 0).length).toBe(0)
})
