import { expect, it } from 'vitest'
import { expectedUniqueCounts } from './expected-unique-counts.ts'

it('is the share of all sequences of T draws in which an id occurs', () => {
  const p = [0.5, 0.3, 0.15, 0.05]
  const tries = 4
  const expected = [0, 0, 0, 0]
  for (let code = 0; code < 4 ** tries; code++) {
    const drawn = Array.from({ length: tries }, (_, t) => Math.floor(code / 4 ** t) % 4)
    const probability = drawn.reduce((product, id) => product * p[id], 1)
    for (const id of new Set(drawn)) expected[id] += probability
  }
  for (const [id, count] of expectedUniqueCounts(p, tries).entries())
    expect(count).toBeCloseTo(expected[id], 14)
})
it('case 20: is T·p as p → 0, where 1 − (1 − p)^T is 0', () => {
  for (const p of [1e-12, 1e-18, 1e-40, 1e-300]) {
    const [count] = expectedUniqueCounts([p], 1000)
    expect(Math.abs(count / (1000 * p) - 1)).toBeLessThan(1e-8)
  }
  expect(1 - (1 - 1e-18) ** 1000).toBe(0)
})
it('is 0 and 1 at the ends', () => {
  expect(Array.from(expectedUniqueCounts([0, 1, 0.3], 5)).slice(0, 2)).toEqual([0, 1])
  expect(Array.from(expectedUniqueCounts([0, 1, 0.3], 0))).toEqual([0, 0, 0])
})
it('refuses what is no probability', () => {
  expect(() => expectedUniqueCounts([0.1, 1.1], 3)).toThrow(
    /probabilities\[1\] must be a number from 0 to 1, got 1.1/,
  )
  expect(() => expectedUniqueCounts([0.1], -1)).toThrow(/tries must be an integer of at least 0/)
})
