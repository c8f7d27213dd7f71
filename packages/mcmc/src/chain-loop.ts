import type { RandomKey } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

/** What a step of all chains gives. */
export type Moved<State, Info> = {
  /** Positions, and what else the next step needs. */
  readonly state: State
  /** What there is to say of this step; the next one does not look at it. */
  readonly info: Info
}

/** One step of all chains. What its state does not take over of the state before is disposed. */
export type Kernel<State, Info> = (state: State, key: RandomKey, step: number) => Moved<State, Info>

/** One step of all chains that waits for the device. It disposes what it makes besides. */
export type AwaitedKernel<State, Info> = (
  state: State,
  key: RandomKey,
  step: number,
) => Moved<State, Info> | Promise<Moved<State, Info>>

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
      const { state, info } = tf.tidy(() => kernel(turn.state, foldIn(key, step), step))
      disposeLeft(turn, state)
      turn = { step, state, info }
      yield turn
    }
  } finally {
    tf.dispose([turn.state, turn.info])
  }
}

/** `chainLoop` for kernels that wait for the device. */
export async function* awaitedChainLoop<State extends tf.TensorContainer, Info extends tf.TensorContainer>(
  start: State,
  kernel: AwaitedKernel<State, Info>,
  { key, steps }: { readonly key: RandomKey; readonly steps: number },
): AsyncGenerator<ChainTurn<State, Info>, void, void> {
  let turn: ChainTurn<State, Info> = { step: 0, state: start, info: undefined }
  try {
    yield turn
    for (let step = 1; step <= steps; step++) {
      const { state, info } = await kernel(turn.state, foldIn(key, step), step)
      disposeLeft(turn, state)
      turn = { step, state, info }
      yield turn
    }
  } finally {
    tf.dispose([turn.state, turn.info])
  }
}

/** Frees what a turn holds, but for what the next state took over. */
function disposeLeft(
  turn: ChainTurn<tf.TensorContainer, tf.TensorContainer>,
  next: tf.TensorContainer,
): void {
  const taken = new Set(tf.tensor_util.getTensorsInContainer(next))
  for (const tensor of tf.tensor_util.getTensorsInContainer([turn.state, turn.info])) {
    if (!taken.has(tensor)) tensor.dispose()
  }
}
