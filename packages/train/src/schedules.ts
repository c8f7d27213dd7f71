import { checkInteger, checkNumber } from '@chiaro/core'

/** The learning rate of step 1, 2, …; a pure function, so that a resumed run follows the same curve. */
export type Schedule = (step: number) => number

/**
 * The same learning rate at every step.
 *
 * @throws RangeError unless it is finite and not negative
 *
 * @example
 * ```ts
 * import { constant } from '@chiaro/train'
 *
 * const schedule = constant(0.01)
 * console.log(schedule(1), schedule(1000))
 * ```
 */
export function constant(learningRate: number): Schedule {
  checkNumber('constant', { learningRate }, { least: 0 })
  return () => learningRate
}

export interface WarmupCosineOptions {
  /** The highest learning rate, reached at step `warmupSteps`. */
  readonly peak: number
  /** Steps of the linear rise. Default 0. */
  readonly warmupSteps?: number
  /** The step at which the descent ends. */
  readonly steps: number
  /** The learning rate at `steps` and after. Default 0. */
  readonly final?: number
}

/**
 * A linear rise, then half a cosine down (Loshchilov & Hutter 2017, "SGDR", without restarts). With step s and
 * w = warmupSteps:
 *
 *   s ≤ w:      peak·s/w
 *   s > w:      final + (peak − final)·(1 + cos(π·(s − w)/(steps − w)))/2
 *   s ≥ steps:  final
 *
 * @throws RangeError for a negative or infinite rate, or unless 0 ≤ warmupSteps < steps are integers
 *
 * @example
 * ```ts
 * import { warmupCosine } from '@chiaro/train'
 *
 * const schedule = warmupCosine({ peak: 1, warmupSteps: 4, steps: 12 })
 * console.log([1, 4, 8, 12].map(schedule)) // 0.25, 1, 0.5, 0
 * ```
 */
export function warmupCosine(options: WarmupCosineOptions): Schedule {
  const { peak, warmupSteps = 0, steps, final = 0 } = options
  checkNumber('warmupCosine', { peak, final }, { least: 0 })
  checkInteger('warmupCosine', { steps }, { least: 1 })
  checkInteger('warmupCosine', { warmupSteps }, { least: 0, below: steps })
  return step => {
    if (step <= warmupSteps) return (peak * step) / warmupSteps
    if (step >= steps) return final
    const progress = (step - warmupSteps) / (steps - warmupSteps)
    return final + ((peak - final) * (1 + Math.cos(Math.PI * progress))) / 2
  }
}
