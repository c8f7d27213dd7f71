import { key } from '@chiaro/random'
import { expectWithin, meanOf } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { gammaValues } from './gamma-values.ts'

const count = 50_000

describe('gammaValues', () => {
  it.each([0.25, 0.5, 1, 2.5, 40])('has mean and variance %f', shape => {
    const g = gammaValues(key(8), count, shape)
    expectWithin(meanOf(g), shape, Math.sqrt(shape / count))
    // The fourth central moment is 3a² + 6a.
    const standardError = Math.sqrt((2 * shape ** 2 + 6 * shape) / count)
    expectWithin(
      meanOf(g, v => (v - shape) ** 2),
      shape,
      standardError,
    )
    expect(g.every(v => v > 0)).toBe(true)
  })
  it.each([
    [1, (x: number) => 1 - Math.exp(-x)],
    [2, (x: number) => 1 - (1 + x) * Math.exp(-x)],
    [3, (x: number) => 1 - (1 + x + x ** 2 / 2) * Math.exp(-x)],
  ])('follows the distribution function of shape %i', (shape, cumulative) => {
    const g = gammaValues(key(9), count, shape)
    for (const x of [0.05, 0.3, 1, 2, 4, 8]) {
      const p = cumulative(x)
      expectWithin(
        meanOf(g, v => (v <= x ? 1 : 0)),
        p,
        Math.sqrt((p * (1 - p)) / count),
      )
    }
  })
})
