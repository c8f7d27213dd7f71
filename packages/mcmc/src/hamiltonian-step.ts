import { type BatchPart, checkInteger, checkNumber, type RandomKey } from '@chiaro/core'
import { normal, split, tensorOfRows, uniform } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Moved } from './chain-loop.ts'
import { type ChainState, constant, type Energy, stateAt } from './chain-state.ts'
import { energyRise } from './energy-rise.ts'
import { type Integrator, velocityVerlet } from './integrator.ts'
import { type Mass, unitMass } from './mass.ts'
import { selectChains } from './select-chains.ts'

/** What a Metropolis test said. */
export type MetropolisStepInfo = {
  /** Whether the chain moved, bool [chains]. */
  readonly accepted: tf.Tensor1D
  /** min(1, exp(−ΔH)), 0 where the proposal was not finite, [chains]. */
  readonly acceptanceProbability: tf.Tensor1D
  /** ΔH above 1000 or not a number: the step size is too large there, or the energy not finite. Bool [chains]. */
  readonly divergent: tf.Tensor1D
}

export interface TrajectoryOptions {
  /** L: steps of the integrator in a trajectory. Default 10. */
  readonly integrationSteps?: number
  /** What moves positions and momenta. Default `velocityVerlet`. */
  readonly integrator?: Integrator
  /** M. Default 1. */
  readonly mass?: Mass
}

export interface HamiltonianStepOptions extends TrajectoryOptions {
  /** ε of the integrator. */
  readonly stepSize: number
}

/**
 * One step of Hamiltonian Monte Carlo (Duane et al. 1987; Neal 2011): momentum p ~ N(0, M), L steps of the integrator, by
 * default
 *
 *   p ← p − (ε/2) ∇energy(x),  x ← x + ε M⁻¹p,  p ← p − (ε/2) ∇energy(x),
 *
 * and acceptance with probability min(1, exp(−ΔH)), H = energy + ½ pᵀM⁻¹p. exp(−energy) is its exact stationary law.
 * The minimum is taken before the exponential; a proposal whose H is NaN or infinite is refused.
 *
 * @param state [chains, …event], with finite energies; it stays the caller's
 * @param key one a step, as foldIn(key, step)
 * @returns the new state; no gradient flows through it
 * @throws RangeError for a step size or a number of integration steps that is not positive; TypeError for a mass of another
 *   dimension than the events
 */
export function hamiltonianStep(
  energy: Energy,
  state: ChainState,
  key: RandomKey,
  options: HamiltonianStepOptions,
): Moved<ChainState, MetropolisStepInfo> {
  checkNumber('hamiltonianStep', { stepSize: options.stepSize }, { above: 0 })
  checkInteger('hamiltonianStep', { integrationSteps: options.integrationSteps ?? 10 }, { least: 1 })
  return metropolisStep('hamiltonianStep', energy, state, key, options)
}

/** Momentum, trajectory, test; shared with `metropolisLangevinStep`, whose L is 1. */
export function metropolisStep(
  where: string,
  energy: Energy,
  state: ChainState,
  key: RandomKey,
  options: HamiltonianStepOptions & BatchPart,
): Moved<ChainState, MetropolisStepInfo> {
  const { stepSize, integrationSteps = 10, integrator = velocityVerlet, mass = unitMass } = options
  return tf.tidy(() => {
    const [momentumKey, testKey] = split(key, 2)
    const [chains, ...event] = state.position.shape
    const { velocity } = mass
    const dynamics = { stateAt: (position: tf.Tensor) => stateAt(where, energy, position), velocity }
    const drawn = tensorOfRows(chains, options, count => normal(momentumKey, [count, ...event]))
    const momentum = mass.momentum(drawn)
    const begin = { state, momentum }
    const end = integrator(dynamics, begin, stepSize, integrationSteps)
    const { acceptanceProbability, divergent } = energyRise(begin, end, mass)
    const uniforms = tensorOfRows(chains, options, count => uniform(testKey, [count]))
    const accepted = tf.less(uniforms, acceptanceProbability) as tf.Tensor1D
    const moved = selectChains<ChainState>(accepted, end.state, state)
    return {
      state: {
        position: constant(moved.position),
        energy: constant(moved.energy),
        gradient: constant(moved.gradient),
      },
      info: { accepted, acceptanceProbability, divergent },
    }
  })
}
