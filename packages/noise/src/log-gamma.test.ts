import { expect, it } from 'vitest'
import { logGamma } from './log-gamma.ts'

it('is the logarithm of factorials and of √π', () => {
  let factorial = 0
  for (let n = 1; n < 60; n++) {
    expect(Math.abs(logGamma(n) - factorial)).toBeLessThan(2e-14 * (1 + factorial))
    factorial += Math.log(n)
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13)
  expect(logGamma(1.5)).toBeCloseTo(Math.log(Math.PI) / 2 - Math.log(2), 13)
})
it('follows the reflection and duplication formulas', () => {
  for (const x of [0.01, 0.3, 0.77]) {
    const reflected = Math.log(Math.PI / Math.sin(Math.PI * x))
    expect(logGamma(x) + logGamma(1 - x)).toBeCloseTo(reflected, 12)
  }
  for (const x of [0.2, 3.4, 25, 1e4]) {
    const doubled = logGamma(x) + logGamma(x + 0.5) + (2 * x - 1) * Math.log(2) - Math.log(Math.PI) / 2
    expect(Math.abs(logGamma(2 * x) - doubled)).toBeLessThan(1e-13 * (1 + Math.abs(doubled)) + 1e-13)
  }
})
