import { expect } from 'vitest'

/** Fails unless |observed − expected| ≤ k standard errors. With a fixed seed it passes always or never. */
export function expectWithin(observed: number, expected: number, standardError: number, k = 4): void {
  expect(Math.abs(observed - expected)).toBeLessThanOrEqual(k * standardError)
}

/** The mean of `of` over values, in float64. */
export function meanOf(
  values: ArrayLike<number>,
  of: (value: number, index: number) => number = value => value,
): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += of(values[i], i)
  return sum / values.length
}
