import type { RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { adaptedChains, type MetropolisOptions } from './adapted-chains.ts'
import { chainLoop, type Moved } from './chain-loop.ts'
import type { ChainState, Energy } from './chain-state.ts'
import type { MetropolisStepInfo } from './hamiltonian-step.ts'
import type { Chains } from './run-chains.ts'

/** What there is to say of Metropolis-tested chains, warm-up left out. */
export interface MetropolisInfo {
  /** Each chain's mean acceptance probability. */
  readonly acceptance: Float32Array
  /** How often each chain's proposal diverged (ΔH above 1000 or not finite). */
  readonly divergences: Float32Array
  /** The step size after the warm-up. */
  readonly stepSize: number
}

export type MetropolisChains = Chains<MetropolisInfo>

type MetropolisMoved = Moved<ChainState, MetropolisStepInfo>

/** What runs under `metropolisLangevin` and `hamiltonian`. */
export async function metropolisChains(
  where: string,
  energy: Energy,
  start: tf.Tensor,
  kernel: (state: ChainState, key: RandomKey, stepSize: number) => MetropolisMoved,
  options: MetropolisOptions & { readonly targetAcceptance: number },
): Promise<MetropolisChains> {
  const { info, ...chains } = await adaptedChains<MetropolisStepInfo>(
    where,
    energy,
    start,
    {
      turns: (first, stepSize, loop) => chainLoop(first, (at, key) => kernel(at, key, stepSize()), loop),
      summed: ({ acceptanceProbability, divergent }) => [
        acceptanceProbability,
        tf.cast(divergent, 'float32'),
      ],
    },
    options,
  )
  const [acceptances, divergences] = info.totals
  const acceptance = acceptances.map(total => total / options.steps)
  return { ...chains, info: { acceptance, divergences, stepSize: info.stepSize } }
}
