import * as tf from '@tensorflow/tfjs-core'
import type { Moved } from './chain-loop.ts'
import type { ChainState } from './chain-state.ts'
import type { LangevinStepInfo } from './langevin-step.ts'
import { selectChains } from './select-chains.ts'

/** Chains with the step at which each broke, −1 for none. */
export type GuardedChains = ChainState & { readonly brokeAt: tf.Tensor1D }

/** `after` for whole chains that are finite there, else `before`, which a broken chain never leaves. */
export function guardedChains(
  { state: after, info: { finite } }: Moved<ChainState, LangevinStepInfo>,
  before: GuardedChains,
  step: number,
): GuardedChains {
  const whole = tf.less(before.brokeAt, 0)
  const moves = tf.logicalAnd(whole, finite) as tf.Tensor1D
  const breaks = tf.cast(tf.logicalAnd(whole, tf.logicalNot(finite)), 'float32')
  return {
    ...selectChains<ChainState>(moves, after, before),
    brokeAt: tf.add(before.brokeAt, tf.mul(breaks, step + 1)) as tf.Tensor1D,
  }
}

/** The chains named go back to their first state, whole again. Disposes `chains`. */
export function restartedChains(
  chains: GuardedChains,
  first: ChainState,
  named: ReadonlySet<number>,
): GuardedChains {
  const restarted = tf.tidy(() => {
    const whole = Array.from({ length: chains.brokeAt.size }, (_, chain) => named.has(chain))
    const again = tf.tensor1d(whole, 'bool')
    return {
      ...selectChains<ChainState>(again, first, chains),
      brokeAt: selectChains(again, tf.fill([whole.length], -1) as tf.Tensor1D, chains.brokeAt),
    }
  })
  tf.dispose(chains)
  return restarted
}
