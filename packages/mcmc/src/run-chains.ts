import { yielding } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type ChainTurn, chainLoop, type Kernel } from './chain-loop.ts'
import type { checkedChainOptions } from './chain-options.ts'
import type { ChainState } from './chain-state.ts'

/** What chains leave. The caller disposes the tensors of `state` and `draws`. */
export interface Chains<Info> {
  /** Where the chains ended. */
  readonly state: ChainState
  /** [draws, chains, …event], draws = ⌊steps/thin⌋: the positions after every thin-th step. */
  readonly draws: tf.Tensor
  /** What there is to say of the run. */
  readonly info: Info
}

/**
 * Warm-up and steps of chains that yield to other events. `watch` is awaited at the start and after each step, before
 * positions are kept as a draw.
 */
export async function runChains<State extends ChainState, Info extends tf.TensorContainer>(
  start: State,
  kernel: Kernel<State, Info>,
  options: ReturnType<typeof checkedChainOptions>,
  watch: (turn: ChainTurn<State, Info>) => Promise<void>,
): Promise<Pick<Chains<Info>, 'state' | 'draws'>> {
  const { key, warmup, thin, totalSteps, signal } = options
  const pause = yielding(signal)
  const draws: tf.Tensor[] = []
  let end!: ChainState
  try {
    for (const turn of chainLoop(start, kernel, { key, steps: totalSteps })) {
      await watch(turn)
      const { position, energy, gradient } = turn.state
      if (turn.step > warmup && (turn.step - warmup) % thin === 0) draws.push(tf.clone(position))
      if (turn.step < totalSteps) await pause()
      else end = { position: tf.clone(position), energy: tf.clone(energy), gradient: tf.clone(gradient) }
    }
    return { state: end, draws: stackedDraws(draws, start.position.shape) }
  } finally {
    tf.dispose(draws)
  }
}

/** Draws [chains, …event] as [draws, chains, …event], where there are any. */
function stackedDraws(draws: readonly tf.Tensor[], shape: readonly number[]): tf.Tensor {
  return draws.length === 0 ? tf.zeros([0, ...shape]) : tf.stack([...draws])
}
