import * as tf from '@tensorflow/tfjs-core'
import type { ChainState } from './chain-state.ts'

/** Chains and their momenta. */
export type PhasePoint = {
  readonly state: ChainState
  /** [chains, …event] */
  readonly momentum: tf.Tensor
}

/** What moves chains with momenta. */
export interface Dynamics {
  /** Energy and gradient at positions. */
  readonly stateAt: (position: tf.Tensor) => ChainState
  /** M⁻¹p, how fast positions move. */
  readonly velocity: (momentum: tf.Tensor) => tf.Tensor
}

/**
 * Follows dx/dt = M⁻¹p, dp/dt = −∇energy(x) for `steps` steps of ε. The Metropolis test after it is right for one that
 * preserves volume and comes back to where it began when the momentum is reversed. Runs within a tidy.
 */
export type Integrator = (
  dynamics: Dynamics,
  start: PhasePoint,
  stepSize: number,
  steps: number,
) => PhasePoint

/**
 * Velocity Verlet, the leapfrog: one gradient a step,
 *
 *   p ← p − (ε/2) ∇energy(x),  x ← x + ε M⁻¹p,  p ← p − (ε/2) ∇energy(x).
 */
export const velocityVerlet: Integrator = splitting([1 / 2, 1 / 2], [1])

/** λ = ½ − c/12 + 1/(6c) with c = (36 + 2√326)^⅓. */
const outerKick = 0.1931833275037836

/**
 * The two-stage splitting of least error (McLachlan 1995; Omelyan, Mryglod and Folk 2003): two gradients a step,
 *
 *   p ← p − λε ∇energy(x),  x ← x + (ε/2) M⁻¹p,  p ← p − (1 − 2λ)ε ∇energy(x),  x ← x + (ε/2) M⁻¹p,
 *   p ← p − λε ∇energy(x),  λ = 0.19318…
 *
 * Of second order as the leapfrog; its leading error has a third of the norm of the leapfrog's for as many gradients.
 */
export const minimalNorm: Integrator = splitting([outerKick, 1 - 2 * outerKick, outerKick], [1 / 2, 1 / 2])

/** Kicks of the momentum by shares of ε, with drifts of the position between them. */
function splitting(kicks: readonly number[], drifts: readonly number[]): Integrator {
  return ({ stateAt, velocity }, start, stepSize, steps) => {
    const kicked = (momentum: tf.Tensor, { gradient }: ChainState, share: number) =>
      tf.sub(momentum, tf.mul(gradient, share * stepSize))
    let point: PhasePoint = { ...start, momentum: kicked(start.momentum, start.state, kicks[0]) }
    for (let step = 1; step <= steps; step++) {
      const moved = tf.tidy(() =>
        drifts.reduce<PhasePoint>(({ state, momentum }, drift, i) => {
          const next = stateAt(tf.add(state.position, tf.mul(velocity(momentum), drift * stepSize)))
          // A step's last kick and the next one's first are at the same place: one gradient, one kick.
          const joined = i + 1 === drifts.length && step < steps
          const share = kicks[i + 1] + (joined ? kicks[0] : 0)
          return { state: next, momentum: kicked(momentum, next, share) }
        }, point),
      )
      // A long trajectory takes no more memory than a short one.
      tf.dispose(step === 1 ? point.momentum : point)
      point = moved
    }
    return point
  }
}
