import type { RandomKey } from '@chiaro/core'
import { normal, split, uniform } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type ChainState, constant, type Energy, stateAt } from './chain-state.ts'
import { checkPositive, checkWhole } from './check-arguments.ts'
import { finiteWhere, selectChains } from './select-chains.ts'

/** A state after a Metropolis test, with what the test said. */
export interface MetropolisState extends ChainState {
  /** Whether the chain moved, bool [chains]. */
  readonly accepted: tf.Tensor1D
  /** min(1, exp(−ΔH)), 0 where the proposal was not finite, [chains]. */
  readonly acceptanceProbability: tf.Tensor1D
  /** ΔH above 1000 or not a number: the step size is too large there, or the energy not finite. Bool [chains]. */
  readonly divergent: tf.Tensor1D
}

export interface HamiltonianStepOptions {
  /** ε of the leapfrog. */
  readonly stepSize: number
  /** L: gradients a step. Default 10. */
  readonly leapfrogSteps?: number
}

/** Stan's limit: by then the trajectory has nothing to do with the energy's. */
const divergence = 1000

/**
 * One step of Hamiltonian Monte Carlo (Duane et al. 1987; Neal 2011): momentum p ~ N(0, 1), L leapfrog steps of
 *
 *   p ← p − (ε/2) ∇energy(x),  x ← x + ε p,  p ← p − (ε/2) ∇energy(x)
 *
 * and acceptance with probability min(1, exp(−ΔH)), H = energy + ½‖p‖². exp(−energy) is its exact stationary law.
 * The minimum is taken before the exponential; a proposal whose H is NaN or infinite is refused.
 *
 * @param state [chains, …event], with finite energies; it stays the caller's
 * @param key one a step, as foldIn(key, step)
 * @returns the new state; no gradient flows through it
 * @throws RangeError for a step size or a number of leapfrog steps that is not positive
 */
export function hamiltonianStep(
  energy: Energy,
  state: ChainState,
  key: RandomKey,
  options: HamiltonianStepOptions,
): MetropolisState {
  checkPositive('hamiltonianStep', 'stepSize', options.stepSize)
  checkWhole('hamiltonianStep', 'leapfrogSteps', options.leapfrogSteps ?? 10)
  return metropolisStep('hamiltonianStep', energy, state, key, options)
}

/** Momentum, leapfrog, test; shared with `metropolisLangevinStep`, whose L is 1. */
export function metropolisStep(
  where: string,
  energy: Energy,
  state: ChainState,
  key: RandomKey,
  { stepSize, leapfrogSteps = 10 }: HamiltonianStepOptions,
): MetropolisState {
  return tf.tidy(() => {
    const [momentumKey, testKey] = split(key, 2)
    const momentum = normal(momentumKey, state.position.shape)
    const end = leapfrog(where, energy, { state, momentum }, stepSize, leapfrogSteps)
    const rise = tf.add(tf.sub(end.state.energy, state.energy), kineticRise(momentum, end.momentum))
    const finite = finiteWhere(rise)
    const probability = tf.where(finite, tf.exp(tf.minimum(0, tf.neg(rise))), 0) as tf.Tensor1D
    const accepted = tf.less(uniform(testKey, probability.shape), probability) as tf.Tensor1D
    const selected = (after: tf.Tensor, before: tf.Tensor) => constant(selectChains(accepted, after, before))
    return {
      position: selected(end.state.position, state.position),
      energy: selected(end.state.energy, state.energy) as tf.Tensor1D,
      gradient: selected(end.state.gradient, state.gradient),
      accepted,
      acceptanceProbability: probability,
      divergent: tf.logicalNot(tf.logicalAnd(finite, tf.lessEqual(rise, divergence))) as tf.Tensor1D,
    }
  })
}

/** A point of phase space: chains and their momenta. */
export interface PhasePoint {
  readonly state: ChainState
  /** [chains, …event] */
  readonly momentum: tf.Tensor
}

/** The leapfrog's end after `steps` steps: volume-preserving, and back where it was with the momentum reversed. */
export function leapfrog(
  where: string,
  energy: Energy,
  { state, momentum }: PhasePoint,
  stepSize: number,
  steps: number,
): PhasePoint {
  let at = state
  let half = tf.sub(momentum, tf.mul(state.gradient, stepSize / 2))
  for (let step = 1; step <= steps; step++) {
    at = stateAt(where, energy, tf.add(at.position, tf.mul(half, stepSize)))
    half = tf.sub(half, tf.mul(at.gradient, step < steps ? stepSize : stepSize / 2))
  }
  return { state: at, momentum: half }
}

/** ½‖after‖² − ½‖before‖² by chain, as a product of difference and sum: no digits cancel. */
function kineticRise(before: tf.Tensor, after: tf.Tensor): tf.Tensor {
  const product = tf.mul(tf.sub(after, before), tf.add(after, before))
  return tf.div(tf.sum(tf.reshape(product, [before.shape[0], -1]), 1), 2)
}
