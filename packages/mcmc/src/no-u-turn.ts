import { checkInteger, yielding } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { adaptedChains, type MetropolisOptions } from './adapted-chains.ts'
import { awaitedChainLoop } from './chain-loop.ts'
import type { Energy } from './chain-state.ts'
import type { TrajectoryOptions } from './hamiltonian-step.ts'
import type { MetropolisInfo } from './metropolis-chains.ts'
import { type NoUTurnStepInfo, type NoUTurnStepOptions, trajectoryStep } from './no-u-turn-step.ts'
import type { Chains } from './run-chains.ts'

export interface NoUTurnOptions
  extends MetropolisOptions,
    Pick<TrajectoryOptions, 'integrator' | 'mass'>,
    Pick<NoUTurnStepOptions, 'maxDepth'> {
  /**
   * Mean acceptance along trajectories that the warm-up adapts ε to. Default 0.8, Stan's; nearer 1 where chains diverge.
   * Without a warm-up ε stays and this does nothing.
   */
  readonly targetAcceptance?: number
}

/** What there is to say of chains without U-turns, warm-up left out. `acceptance` is the mean along trajectories. */
export interface NoUTurnInfo extends MetropolisInfo {
  /** Each chain's mean number of doublings. */
  readonly treeDepth: Float32Array
  /** Each chain's mean number of integrator steps a draw. All chains together take the largest of a draw. */
  readonly integrationSteps: Float32Array
  /** How many of each chain's trajectories maxDepth ended. */
  readonly unfinished: Float32Array
}

export type NoUTurnChains = Chains<NoUTurnInfo>

/**
 * Chains by the no-U-turn sampler: `noUTurnStep` many times. A warm-up adapts the step size to `targetAcceptance` by dual
 * averaging (Hoffman and Gelman 2014), one step size for all chains; M stays.
 *
 * The same key, start and backend give the same draws. Without a warm-up, whose step size is that of all, a chain's draws
 * depend on its own row alone, however long the others' trajectories are.
 *
 * @param start [chains, …event], stays the caller's
 * @throws ChiaroError 'non-finite' naming a chain that starts where the energy is not finite; TypeError or RangeError
 *   for arguments; the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { noUTurn } from '@chiaro/mcmc'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * const options = { stepSize: 0.5, warmup: 50, steps: 50, thin: 1, key: key(2) }
 * const { draws, info } = await noUTurn(energy, normal(key(1), [8, 2]), options)
 * console.log(draws.shape, info.treeDepth, info.divergences)
 * ```
 */
export async function noUTurn(
  energy: Energy,
  start: tf.Tensor,
  options: NoUTurnOptions,
): Promise<NoUTurnChains> {
  const where = 'noUTurn'
  const { maxDepth = 10, integrator, mass, targetAcceptance = 0.8, ...rest } = options
  checkInteger(where, { maxDepth }, { least: 1, most: 30 })
  const pause = yielding(options.signal)
  const { info, ...chains } = await adaptedChains<NoUTurnStepInfo>(
    where,
    energy,
    start,
    {
      turns: (first, stepSize, loop) =>
        awaitedChainLoop(
          first,
          (at, key) => {
            const ofStep = { stepSize: stepSize(), maxDepth, integrator, mass, pause }
            return trajectoryStep(where, energy, at, key, ofStep)
          },
          loop,
        ),
      summed: ({ acceptanceProbability, divergent, treeDepth, integrationSteps, unfinished }) => [
        acceptanceProbability,
        treeDepth,
        integrationSteps,
        tf.cast(divergent, 'float32'),
        tf.cast(unfinished, 'float32'),
      ],
    },
    { ...rest, targetAcceptance },
  )
  const [acceptance, treeDepth, integrationSteps] = info.totals.map(totals =>
    totals.map(total => total / options.steps),
  )
  const [divergences, unfinished] = info.totals.slice(3)
  const { stepSize } = info
  return {
    ...chains,
    info: { acceptance, divergences, stepSize, treeDepth, integrationSteps, unfinished },
  }
}
