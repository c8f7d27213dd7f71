import { checkShape } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { momentsOf } from './chain-draws.ts'
import { effectiveSampleSize } from './effective-sample-size.ts'
import { rHat } from './r-hat.ts'

/** What draws say of each number of an event, in the order of the event's elements. */
export interface ChainSummary {
  readonly mean: Float64Array
  readonly standardDeviation: Float64Array
  /** Of the mean: standardDeviation/√effectiveSampleSize. */
  readonly standardError: Float64Array
  readonly effectiveSampleSize: Float64Array
  readonly rHat: Float64Array
}

/**
 * Mean, spread, effective sample size and R̂ of every number of an event, over all chains. Reads the draws once.
 *
 * @param draws [draws, chains, …event], at least 8 draws
 * @returns arrays as long as an event has elements; NaN as in `effectiveSampleSize` and `rHat`
 * @throws TypeError for draws without both axes; RangeError for fewer than 8
 *
 * @example
 * ```ts
 * import { chainSummary } from '@chiaro/mcmc'
 * import { key, normal } from '@chiaro/random'
 *
 * const draws = normal(key(1), [100, 4, 2]) // steps, chains, numbers
 * const { mean, standardDeviation } = await chainSummary(draws)
 * console.log(mean, standardDeviation)
 * ```
 */
export async function chainSummary(draws: tf.Tensor): Promise<ChainSummary> {
  checkShape('chainSummary', { draws }, ['draws', 'chains', '…event'])
  const [count, chains, ...event] = draws.shape
  const size = event.reduce((product, length) => product * length, 1)
  const values = await draws.data()
  const rows = Array.from({ length: size }, (_, element) => {
    const ofElement = Array.from({ length: count }, (_, draw) =>
      Float64Array.from({ length: chains }, (_, chain) => values[(draw * chains + chain) * size + element]),
    )
    const { mean, variance } = momentsOf(ofElement.flatMap(row => Array.from(row)))
    return { mean, variance, worth: effectiveSampleSize(ofElement), agreement: rHat(ofElement) }
  })
  return {
    mean: Float64Array.from(rows, ({ mean }) => mean),
    standardDeviation: Float64Array.from(rows, ({ variance }) => Math.sqrt(variance)),
    standardError: Float64Array.from(rows, ({ variance, worth }) => Math.sqrt(variance / worth)),
    effectiveSampleSize: Float64Array.from(rows, ({ worth }) => worth),
    rHat: Float64Array.from(rows, ({ agreement }) => agreement),
  }
}
