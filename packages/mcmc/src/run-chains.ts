import { yielding } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { ChainTurn } from './chain-loop.ts'
import type { checkedChainOptions } from './chain-options.ts'
import type { ChainState } from './chain-state.ts'
import { clonedChains } from './select-chains.ts'

/** What chains leave. The caller disposes the tensors of `state` and `draws`. */
export interface Chains<Info> {
  /** Where the chains ended. */
  readonly state: ChainState
  /** [draws, chains, …event], draws = ⌊steps/thin⌋: the positions after every thin-th step. */
  readonly draws: tf.Tensor
  /** What there is to say of the run. */
  readonly info: Info
}

/** The turns of `chainLoop` or `awaitedChainLoop`. */
export type ChainTurns<State, Info> = Iterable<ChainTurn<State, Info>> | AsyncIterable<ChainTurn<State, Info>>

/**
 * Warm-up and steps of chains that yield to other events. `watch` is awaited at the start and after each step, before
 * positions are kept as a draw. `chainsOf` says which of the rows that move are the chains asked for; it is called
 * within a tidy.
 */
export async function runChains<State extends tf.TensorContainer, Info extends tf.TensorContainer>(
  turns: ChainTurns<State, Info>,
  options: ReturnType<typeof checkedChainOptions>,
  watch: (turn: ChainTurn<State, Info>) => Promise<void>,
  chainsOf: (state: State) => ChainState,
): Promise<Pick<Chains<Info>, 'state' | 'draws'>> {
  const { warmup, thin, totalSteps, signal } = options
  const pause = yielding(signal)
  const draws: tf.Tensor[] = []
  let shape: readonly number[] = []
  let end!: ChainState
  try {
    for await (const turn of turns) {
      await watch(turn)
      const { step, state } = turn
      if (step === 0) shape = tf.tidy(() => chainsOf(state).position.shape)
      if (step > warmup && (step - warmup) % thin === 0) {
        draws.push(tf.tidy(() => tf.clone(chainsOf(state).position)))
      }
      if (step < totalSteps) await pause()
      else end = tf.tidy(() => stateOf(chainsOf(state)))
    }
    return { state: end, draws: stackedDraws(draws, shape) }
  } finally {
    tf.dispose(draws)
  }
}

/** The state alone, whatever else goes with it. */
function stateOf({ position, energy, gradient }: ChainState): ChainState {
  return clonedChains<ChainState>({ position, energy, gradient })
}

/** Draws [chains, …event] as [draws, chains, …event], where there are any. */
function stackedDraws(draws: readonly tf.Tensor[], shape: readonly number[]): tf.Tensor {
  return draws.length === 0 ? tf.zeros([0, ...shape]) : tf.stack([...draws])
}
