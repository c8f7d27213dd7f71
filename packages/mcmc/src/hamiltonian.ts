import { checkInteger, checkNumber } from '@chiaro/core'
import { split, uniformValues } from '@chiaro/random'
import type * as tf from '@tensorflow/tfjs-core'
import type { MetropolisOptions } from './adapted-chains.ts'
import type { Energy } from './chain-state.ts'
import { metropolisStep, type TrajectoryOptions } from './hamiltonian-step.ts'
import { type MetropolisChains, metropolisChains } from './metropolis-chains.ts'

export interface HamiltonianOptions extends MetropolisOptions, TrajectoryOptions {
  /**
   * Each step's ε is drawn evenly from stepSize·(1 ± jitter), the same for all chains. Trajectories of one length come
   * back to where they began along some axes, and never leave (Neal 2011, section 3.2). Default 0.2; 0 for none.
   */
  readonly jitter?: number
  /**
   * Mean acceptance that the warm-up adapts ε to. Default 0.8, Stan's. Without a warm-up ε stays and this does nothing.
   */
  readonly targetAcceptance?: number
}

/**
 * Chains by Hamiltonian Monte Carlo: `hamiltonianStep` many times. A warm-up adapts the step size to
 * `targetAcceptance` by dual averaging (Hoffman and Gelman 2014), one step size for all chains; L and M stay.
 *
 * The same key, start and backend give the same draws.
 *
 * @param start [chains, …event], stays the caller's
 * @throws ChiaroError 'non-finite' naming a chain that starts where the energy is not finite; TypeError or RangeError
 *   for arguments; the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { hamiltonian } from '@chiaro/mcmc'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * const options = { stepSize: 0.3, integrationSteps: 5, warmup: 50, steps: 50, thin: 1, key: key(2) }
 * const { draws, info } = await hamiltonian(energy, normal(key(1), [8, 2]), options)
 * console.log(draws.shape, info.acceptance) // [50, 8, 2]
 * ```
 */
export async function hamiltonian(
  energy: Energy,
  start: tf.Tensor,
  options: HamiltonianOptions,
): Promise<MetropolisChains> {
  const where = 'hamiltonian'
  const { integrationSteps = 10, integrator, mass, jitter = 0.2, targetAcceptance = 0.8, ...rest } = options
  checkInteger(where, { integrationSteps }, { least: 1 })
  checkNumber(where, { jitter }, { least: 0, below: 1 })
  return await metropolisChains(
    where,
    energy,
    start,
    (state, key, stepSize) => {
      // The step itself takes the first two of the key's children.
      const [u] = uniformValues(split(key, 3)[2], 1)
      const jittered = stepSize * (1 + jitter * (2 * u - 1))
      return metropolisStep(where, energy, state, key, {
        stepSize: jittered,
        integrationSteps,
        integrator,
        mass,
      })
    },
    { ...rest, targetAcceptance },
  )
}
