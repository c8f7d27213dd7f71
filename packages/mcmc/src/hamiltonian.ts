import { rangeError } from '@chiaro/core'
import { split, uniformValues } from '@chiaro/random'
import type * as tf from '@tensorflow/tfjs-core'
import type { ChainOptions } from './chain-options.ts'
import type { Energy } from './chain-state.ts'
import { checkPositive, checkWhole } from './check-arguments.ts'
import { hamiltonianStep } from './hamiltonian-step.ts'
import { type MetropolisChains, metropolisChains } from './metropolis-chains.ts'

export interface HamiltonianOptions extends ChainOptions {
  /** ε; with a warm-up, where its adaptation starts. */
  readonly stepSize: number
  /** L. Default 10. */
  readonly leapfrogSteps?: number
  /**
   * Each step's ε is drawn evenly from stepSize·(1 ± jitter), the same for all chains. Trajectories of one length come
   * back to where they began along some axes, and never leave (Neal 2011, section 3.2). Default 0.2; 0 for none.
   */
  readonly jitter?: number
  /** Mean acceptance that the warm-up adapts ε to. Default 0.8, Stan's. */
  readonly targetAcceptance?: number
}

/**
 * Chains by Hamiltonian Monte Carlo: `hamiltonianStep` many times. A warm-up adapts the step size to
 * `targetAcceptance` by dual averaging (Hoffman and Gelman 2014), one step size for all chains; L stays.
 *
 * The same key, start and backend give the same draws.
 *
 * @param start [chains, …event], stays the caller's
 * @throws ChiaroError 'non-finite' naming a chain that starts where the energy is not finite; TypeError or RangeError
 *   for arguments; the signal's reason when aborted
 */
export async function hamiltonian(
  energy: Energy,
  start: tf.Tensor,
  options: HamiltonianOptions,
): Promise<MetropolisChains> {
  const where = 'hamiltonian'
  const { leapfrogSteps = 10, jitter = 0.2 } = options
  checkPositive(where, 'stepSize', options.stepSize)
  checkWhole(where, 'leapfrogSteps', leapfrogSteps)
  if (!(jitter >= 0 && jitter < 1))
    throw rangeError(where, 'jitter', 'at least 0 and below 1', String(jitter))
  return await metropolisChains(
    where,
    energy,
    start,
    (state, key, stepSize) => {
      // The step itself takes the first two of the key's children.
      const [u] = uniformValues(split(key, 3)[2], 1)
      const jittered = stepSize * (1 + jitter * (2 * u - 1))
      return hamiltonianStep(energy, state, key, { stepSize: jittered, leapfrogSteps })
    },
    { targetAcceptance: 0.8, ...options },
  )
}
