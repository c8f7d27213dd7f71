import { checkNumber, type NoiseDistribution, type RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { AnnealedImportanceSamplingOptions, checkedAnnealing } from './annealing-options.ts'
import { chainLoop, type Kernel } from './chain-loop.ts'
import { type Energy, energiesAt, energyOf, stateAt } from './chain-state.ts'
import { metropolisStep } from './hamiltonian-step.ts'

/** What annealing needs of a distribution whose density is known. */
export type Base = Pick<NoiseDistribution, 'sample' | 'logProb'>

export type Annealed = { readonly position: tf.Tensor }

/** What a temperature leaves for weights and report. */
export type AnnealingStepInfo = {
  /** −log base(x) − energy(x) where the chains were before they moved, [chains]: what a weight's logarithm gains a β. */
  readonly rate: tf.Tensor1D
  /** Mean acceptance probability of the chains' moves, [chains]; 0 at the end of the path, where none is made. */
  readonly acceptance: tf.Tensor1D
}

type Moves = Pick<ReturnType<typeof checkedAnnealing>, 'transitions' | 'integrationSteps'> &
  Pick<AnnealedImportanceSamplingOptions, 'stepSize'>

/** Step k of annealing along `path`: weighs the chains where they stand, then moves them at β = path[k]. */
export function annealingKernel(
  where: string,
  energy: Energy,
  base: Base,
  path: readonly number[],
  moves: Moves,
): Kernel<Annealed, AnnealingStepInfo> {
  const baseEnergy = (x: tf.Tensor) => tf.neg(base.logProb(x)) as tf.Tensor1D
  return ({ position }, key, k) => {
    const rate = tf.sub(
      energiesAt(where, baseEnergy, position),
      energiesAt(where, energy, position),
    ) as tf.Tensor1D
    if (k === path.length - 1) {
      return { state: { position: tf.clone(position) }, info: { rate, acceptance: tf.zerosLike(rate) } }
    }
    const beta = path[k]
    // E_β, 0 < β < 1.
    const between: Energy = x =>
      tf.add(tf.mul(energyOf(where, energy, x), beta), tf.mul(base.logProb(x), beta - 1))
    const moved = movedChains(where, between, position, key, beta, moves)
    return { state: { position: moved.position }, info: { rate, acceptance: moved.acceptance } }
  }
}

/** The chains after some Metropolis steps, and their mean acceptance. */
function movedChains(
  where: string,
  energy: Energy,
  start: tf.Tensor,
  key: RandomKey,
  beta: number,
  { transitions, stepSize, integrationSteps }: Moves,
): { readonly position: tf.Tensor; readonly acceptance: tf.Tensor1D } {
  const epsilon = typeof stepSize === 'function' ? stepSize(beta) : stepSize
  checkNumber(where, { stepSize: epsilon }, { above: 0 })
  const options = { stepSize: epsilon, integrationSteps }
  let position!: tf.Tensor
  const acceptances: tf.Tensor[] = []
  const turns = chainLoop(
    stateAt(where, energy, start),
    (state, stepKey) => metropolisStep(where, energy, state, stepKey, options),
    { key, steps: transitions },
  )
  for (const { step, state, info } of turns) {
    if (info !== undefined) acceptances.push(tf.clone(info.acceptanceProbability))
    if (step === transitions) position = tf.clone(state.position)
  }
  return { position, acceptance: tf.mean(tf.stack(acceptances), 0) as tf.Tensor1D }
}
