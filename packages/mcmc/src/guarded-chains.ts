import * as tf from '@tensorflow/tfjs-core'
import type { ChainState } from './chain-state.ts'
import { finiteWhere, selectChains } from './select-chains.ts'

/** Chains with the step at which each broke, −1 for none. */
export type GuardedChains = {
  position: tf.Tensor
  energy: tf.Tensor1D
  gradient: tf.Tensor
  brokeAt: tf.Tensor1D
}

/** `after` for whole chains that are finite there, else `before`, which a broken chain never leaves. */
export function guardedChains(
  after: ChainState,
  before: ChainState,
  brokeAt: tf.Tensor1D,
  step: number,
): GuardedChains {
  const rows = [after.position, after.gradient, after.energy].map(x =>
    tf.all(finiteWhere(tf.reshape(x, [brokeAt.size, -1])), 1),
  )
  const finite = rows.reduce((a, b) => tf.logicalAnd(a, b))
  const whole = tf.less(brokeAt, 0)
  const moves = tf.logicalAnd(whole, finite) as tf.Tensor1D
  const breaks = tf.cast(tf.logicalAnd(whole, tf.logicalNot(finite)), 'float32')
  return {
    position: selectChains(moves, after.position, before.position),
    energy: selectChains(moves, after.energy, before.energy),
    gradient: selectChains(moves, after.gradient, before.gradient),
    brokeAt: tf.add(brokeAt, tf.mul(breaks, step + 1)) as tf.Tensor1D,
  }
}

/** The chains named go back to their first state, whole again. */
export function restartedChains(
  chains: GuardedChains,
  first: ChainState,
  named: ReadonlySet<number>,
): GuardedChains {
  return tf.tidy(() => {
    const whole = Array.from({ length: chains.brokeAt.size }, (_, chain) => named.has(chain))
    const again = tf.tensor1d(whole, 'bool')
    return {
      position: selectChains(again, first.position, chains.position),
      energy: selectChains(again, first.energy, chains.energy),
      gradient: selectChains(again, first.gradient, chains.gradient),
      brokeAt: selectChains(again, tf.fill([whole.length], -1) as tf.Tensor1D, chains.brokeAt),
    }
  })
}

export function replaced(before: GuardedChains, after: GuardedChains): GuardedChains {
  tf.dispose(before)
  return after
}
