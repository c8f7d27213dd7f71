import { integerValues, key } from '@chiaro/random'
import { describe, expect, it } from 'vitest'
import { weightTree } from './weight-tree.ts'

/** The same by a walk along the weights. */
function walk(weights: readonly number[], mass: number): number {
  let rest = mass
  for (let i = 0; i < weights.length; i++) {
    if (rest < weights[i]) return i
    rest -= weights[i]
  }
  return weights.length
}

describe('weightTree', () => {
  it.each([1, 2, 7, 8, 13])('finds what a walk along %i weights finds, as they grow', n => {
    const weights = Array.from(integerValues(key(n), n, { maximum: 4 }))
    weights[0] += 1
    const tree = weightTree(weights)
    for (const [step, at] of integerValues(key(n + 100), 20, { maximum: n }).entries()) {
      tree.add(at, step % 3)
      weights[at] += step % 3
      const total = weights.reduce((sum, w) => sum + w, 0)
      expect(tree.total()).toBe(total)
      expect(Array.from(tree.weights)).toEqual(weights)
      for (let mass = 0; mass < total; mass++) expect(tree.find(mass)).toBe(walk(weights, mass))
    }
  })
})
