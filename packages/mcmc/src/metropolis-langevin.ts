import type * as tf from '@tensorflow/tfjs-core'
import type { MetropolisOptions } from './adapted-chains.ts'
import type { Energy } from './chain-state.ts'
import { metropolisStep } from './hamiltonian-step.ts'
import { type MetropolisChains, metropolisChains } from './metropolis-chains.ts'

export interface MetropolisLangevinOptions extends MetropolisOptions {
  /**
   * Mean acceptance that the warm-up adapts ε to. Default 0.574, the optimum in many dimensions. Without a warm-up ε stays
   * and this does nothing.
   */
  readonly targetAcceptance?: number
}

/**
 * Chains by the Metropolis-adjusted Langevin algorithm: `metropolisLangevinStep` many times. A warm-up adapts the
 * step size to `targetAcceptance` (Roberts and Rosenthal 1998) by dual averaging, one step size for all chains.
 *
 * The same key, start and backend give the same draws.
 *
 * @param start [chains, …event], stays the caller's
 * @throws ChiaroError 'non-finite' naming a chain that starts where the energy is not finite; TypeError or RangeError
 *   for arguments; the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { metropolisLangevin } from '@chiaro/mcmc'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * const options = { stepSize: 0.5, warmup: 50, steps: 50, thin: 1, key: key(2) }
 * const { info } = await metropolisLangevin(energy, normal(key(1), [8, 2]), options)
 * console.log(info.stepSize, info.acceptance) // adapted towards an acceptance of 0.574
 * ```
 */
export async function metropolisLangevin(
  energy: Energy,
  start: tf.Tensor,
  { targetAcceptance = 0.574, ...options }: MetropolisLangevinOptions,
): Promise<MetropolisChains> {
  const where = 'metropolisLangevin'
  return await metropolisChains(
    where,
    energy,
    start,
    (state, key, stepSize) => metropolisStep(where, energy, state, key, { stepSize, integrationSteps: 1 }),
    { ...options, targetAcceptance },
  )
}
