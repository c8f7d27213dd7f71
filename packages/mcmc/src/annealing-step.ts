import { checkNumber, checkShape, type RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { checkedAnnealing } from './annealing-options.ts'
import { type Base, baseEnergy, energyBetween } from './annealing-path.ts'
import { type ChainTurn, chainLoop, type Kernel } from './chain-loop.ts'
import { type Energy, energiesAt, energyOf, stateAt } from './chain-state.ts'
import { metropolisStep } from './hamiltonian-step.ts'

export type Annealed = { readonly position: tf.Tensor }

/** What a temperature leaves for weights and report. */
export type AnnealingStepInfo = {
  /** −log base(x) − energy(x) where the chains were before they moved, [chains]: what a weight's logarithm gains a β. */
  readonly rate: tf.Tensor1D
  /** Mean acceptance probability of the chains' moves, [chains]; 0 at the end of the path, where none is made. */
  readonly acceptance: tf.Tensor1D
}

type Moves = ReturnType<typeof checkedAnnealing>['moves']

/** Step k of annealing along `path`: weighs the chains where they stand, then moves them at β = path[k]. */
export function annealingKernel(
  where: string,
  energy: Energy,
  base: Base,
  path: readonly number[],
  moves: Moves,
): Kernel<Annealed, AnnealingStepInfo> {
  return ({ position }, key, k) => {
    const rate = tf.sub(
      energiesAt(where, baseEnergy(base), position),
      energiesAt(where, energy, position),
    ) as tf.Tensor1D
    if (k === path.length - 1) {
      return { state: { position: tf.clone(position) }, info: { rate, acceptance: tf.zerosLike(rate) } }
    }
    const beta = path[k]
    const between = energyBetween(where, energy, base, beta)
    const moved = movedChains(where, between, position, key, beta, moves)
    return { state: { position: moved.position }, info: { rate, acceptance: moved.acceptance } }
  }
}

/** The chains after some steps, and their mean acceptance. */
function movedChains(
  where: string,
  energy: Energy,
  start: tf.Tensor,
  key: RandomKey,
  beta: number,
  moves: Moves,
): { readonly position: tf.Tensor; readonly acceptance: tf.Tensor1D } {
  const { transitions } = moves
  let position!: tf.Tensor
  const acceptances: tf.Tensor[] = []
  for (const { step, state, info } of turnsOf(where, energy, start, key, beta, moves)) {
    if (info !== undefined) acceptances.push(tf.clone(info.acceptanceProbability))
    if (step === transitions) position = tf.clone(state.position)
  }
  return { position, acceptance: tf.mean(tf.stack(acceptances), 0) as tf.Tensor1D }
}

function turnsOf(
  where: string,
  energy: Energy,
  start: tf.Tensor,
  key: RandomKey,
  beta: number,
  { transitions, stepSize, kernel, integrationSteps }: Moves,
): Iterable<ChainTurn<Annealed, { readonly acceptanceProbability: tf.Tensor1D }>> {
  const loop = { key, steps: transitions }
  if (typeof kernel === 'function') {
    const energyAt = (x: tf.Tensor) => energyOf(where, energy, x)
    const move = ({ position }: Annealed, moveKey: RandomKey) => {
      const moved = kernel(energyAt, position, moveKey, beta)
      checkShape(where, { 'kernel(…)': moved }, position.shape)
      return {
        state: { position: tf.clone(moved) },
        info: { acceptanceProbability: tf.ones<tf.Rank.R1>([position.shape[0]]) },
      }
    }
    return chainLoop({ position: tf.clone(start) }, move, loop)
  }
  const epsilon = typeof stepSize === 'function' ? stepSize(beta) : stepSize
  checkNumber(where, { stepSize: epsilon as number }, { above: 0 })
  const options = { stepSize: epsilon as number, integrationSteps }
  return chainLoop(
    stateAt(where, energy, start),
    (state, stepKey) => metropolisStep(where, energy, state, stepKey, options),
    loop,
  )
}
