import { checkNumber } from '@chiaro/core'

/** The step size during a warm-up, plain numbers. */
export interface StepSizeAdaptation {
  /** To use for the next step of the warm-up. */
  readonly stepSize: number
  /** To use after it: the average of log step sizes, later ones weighing more. */
  readonly averagedStepSize: number
  /** The same for the next step, given this step's mean acceptance probability. */
  readonly next: (acceptance: number) => StepSizeAdaptation
}

/** Hoffman and Gelman's constants, which Stan keeps. */
const shrinkage = 0.05
const delay = 10
const forgetting = 0.75

/**
 * Nesterov's dual averaging of log ε toward a mean acceptance of `target` (Hoffman and Gelman 2014, section 3.2):
 *
 *   h ← (1 − 1/(t + 10)) h + (target − acceptance)/(t + 10)
 *   log ε = log(10 ε₀) − √t/0.05 h,   log ε̄ ← t^−0.75 log ε + (1 − t^−0.75) log ε̄
 *
 * @throws RangeError unless stepSize is positive and 0 < target < 1
 */
export function adaptStepSize(stepSize: number, target: number): StepSizeAdaptation {
  checkNumber('adaptStepSize', { stepSize }, { above: 0 })
  checkNumber('adaptStepSize', { target }, { above: 0, below: 1 })
  const center = Math.log(10 * stepSize)
  const at = (t: number, error: number, logStep: number, logAverage: number): StepSizeAdaptation => ({
    stepSize: Math.exp(logStep),
    averagedStepSize: Math.exp(logAverage),
    next: acceptance => {
      const count = t + 1
      const weight = 1 / (count + delay)
      const nextError = (1 - weight) * error + weight * (target - acceptance)
      const nextLog = center - (Math.sqrt(count) / shrinkage) * nextError
      const share = count ** -forgetting
      return at(count, nextError, nextLog, share * nextLog + (1 - share) * logAverage)
    },
  })
  return at(0, 0, Math.log(stepSize), Math.log(stepSize))
}
