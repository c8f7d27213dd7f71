import { type BatchPart, checkNumber, type RandomKey } from '@chiaro/core'
import type { Moved } from './chain-loop.ts'
import type { ChainState, Energy } from './chain-state.ts'
import { type MetropolisStepInfo, metropolisStep } from './hamiltonian-step.ts'

/** Chains may be some of more, which then move as they would among all. */
export interface MetropolisLangevinStepOptions extends BatchPart {
  /** ε, the proposal's standard deviation. */
  readonly stepSize: number
}

/**
 * One step of the Metropolis-adjusted Langevin algorithm (Roberts and Tweedie 1996): the proposal of `langevinStep`,
 * accepted with probability min(1, p(x') q(x | x') / (p(x) q(x' | x))), so that exp(−energy) is stationary exactly.
 *
 * Computed as the Hamiltonian step with one step of velocity Verlet, which is the same proposal and the same ratio with fewer
 * digits lost.
 *
 * @param state [chains, …event], with finite energies; it stays the caller's
 * @param key one a step, as foldIn(key, step)
 * @returns the new state; no gradient flows through it
 * @throws RangeError for a step size that is not positive
 */
export function metropolisLangevinStep(
  energy: Energy,
  state: ChainState,
  key: RandomKey,
  options: MetropolisLangevinStepOptions,
): Moved<ChainState, MetropolisStepInfo> {
  checkNumber('metropolisLangevinStep', { stepSize: options.stepSize }, { above: 0 })
  return metropolisStep('metropolisLangevinStep', energy, state, key, { ...options, integrationSteps: 1 })
}
