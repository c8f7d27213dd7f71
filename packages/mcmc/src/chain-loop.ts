import type { RandomKey } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

/** What a step of all chains gives. */
export interface Moved<State, Info> {
  /** Positions, and what else the next step needs. */
  readonly state: State
  /** What there is to say of this step; the next one does not look at it. */
  readonly info: Info
}

/** One step of all chains. Its tensors are new ones: those of the state before are disposed. */
export type Kernel<State, Info> = (state: State, key: RandomKey, step: number) => Moved<State, Info>

/** The chains between two steps. */
export interface ChainTurn<State, Info> {
  /** Steps done; 0 before the first. */
  readonly step: number
  /** The next step starts from what stands here, so that chains may be put in its place. */
  state: State
  /** Of the step before; there is none before the first. */
  readonly info: Info | undefined
}

/**
 * The loop under every sampler: the chains at their start and after each of `steps` steps, step t = 1 … `steps` drawing
 * from foldIn(key, t). States and infos are the loop's, `start` too, and live for one turn. Reads nothing from the
 * device and waits for nothing: whoever asks for the next turn may.
 */
export function* chainLoop<State extends tf.TensorContainer, Info extends tf.TensorContainer>(
  start: State,
  kernel: Kernel<State, Info>,
  { key, steps }: { readonly key: RandomKey; readonly steps: number },
): Generator<ChainTurn<State, Info>, void, void> {
  let turn: ChainTurn<State, Info> = { step: 0, state: start, info: undefined }
  try {
    yield turn
    for (let step = 1; step <= steps; step++) {
      const { state, info } = tf.tidy(() => ({ ...kernel(turn.state, foldIn(key, step), step) }))
      tf.dispose([turn.state, turn.info])
      turn = { step, state, info }
      yield turn
    }
  } finally {
    tf.dispose([turn.state, turn.info])
  }
}
