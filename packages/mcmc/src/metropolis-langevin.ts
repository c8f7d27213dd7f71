import type * as tf from '@tensorflow/tfjs-core'
import type { ChainOptions } from './chain-options.ts'
import type { Energy } from './chain-state.ts'
import { checkPositive } from './check-arguments.ts'
import { type MetropolisChains, metropolisChains } from './metropolis-chains.ts'
import { metropolisLangevinStep } from './metropolis-langevin-step.ts'

export interface MetropolisLangevinOptions extends ChainOptions {
  /** ε; with a warm-up, where its adaptation starts. */
  readonly stepSize: number
  /** Mean acceptance that the warm-up adapts ε to. Default 0.574, the optimum in many dimensions. */
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
 */
export async function metropolisLangevin(
  energy: Energy,
  start: tf.Tensor,
  options: MetropolisLangevinOptions,
): Promise<MetropolisChains> {
  const where = 'metropolisLangevin'
  checkPositive(where, 'stepSize', options.stepSize)
  return await metropolisChains(
    where,
    energy,
    start,
    (state, key, stepSize) => metropolisLangevinStep(energy, state, key, { stepSize }),
    { targetAcceptance: 0.574, ...options },
  )
}
