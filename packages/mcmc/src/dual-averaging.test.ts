import { expect, it } from 'vitest'
import { adaptStepSize } from './dual-averaging.ts'

it('follows Hoffman and Gelman’s recursion', () => {
  const [start, target] = [0.2, 0.8]
  const acceptances = [0.1, 0.95, 0.5, 1, 0.7, 0.82]
  let adaptation = adaptStepSize(start, target)
  expect(adaptation.stepSize).toBeCloseTo(start, 12)
  // In sums rather than recursions: h_t (t + 10) telescopes to 10 h₀ + Σ (target − acceptance).
  let gaps = 0
  let logAverage = 0
  acceptances.forEach((acceptance, i) => {
    adaptation = adaptation.next(acceptance)
    const t = i + 1
    gaps += target - acceptance
    const logStep = Math.log(10 * start) - (Math.sqrt(t) / 0.05) * (gaps / (t + 10))
    logAverage = t ** -0.75 * logStep + (1 - t ** -0.75) * logAverage
    expect(Math.log(adaptation.stepSize)).toBeCloseTo(logStep, 10)
    expect(Math.log(adaptation.averagedStepSize)).toBeCloseTo(logAverage, 10)
  })
})
it('finds the step size whose acceptance is the target', () => {
  // Acceptance exp(−ε), so that ε = −ln 0.574.
  let adaptation = adaptStepSize(10, 0.574)
  for (let t = 0; t < 500; t++) adaptation = adaptation.next(Math.exp(-adaptation.stepSize))
  expect(Math.abs(adaptation.averagedStepSize / -Math.log(0.574) - 1)).toBeLessThan(0.03)
})
it('refuses a step size that is none', () => {
  expect(() => adaptStepSize(0, 0.5)).toThrow(
    /^adaptStepSize: stepSize must be a finite number above 0, got 0$/,
  )
  expect(() => adaptStepSize(1, 1)).toThrow(/target must be a number above 0 and below 1, got 1/)
})
