import type { RandomKey } from '@chiaro/core'
import { uniform } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

/** Which replicas change places. */
export interface Swaps {
  /** Of each pair of neighbours, whether it is its turn or not, [rungs − 1, chains]. */
  readonly probability: tf.Tensor2D
  /** The row that each row's replica comes from, int32 [rungs · chains]. */
  readonly places: tf.Tensor1D
}

/**
 * Swaps of neighbouring rungs, each with probability min(1, exp((β_r+1 − β_r)(Δ_r+1 − Δ_r))), Δ = energy + log base (Geyer
 * 1991). Even pairs take turns with odd ones, so that replicas travel on instead of diffusing (Okabe et al. 2001; Syed et
 * al. 2022). What is no number is refused. Within a tidy.
 *
 * @param delta [rungs, chains]
 */
export function replicaSwaps(
  betas: readonly number[],
  delta: tf.Tensor2D,
  step: number,
  key: RandomKey,
): Swaps {
  const [rungs, chains] = delta.shape
  const pairs = rungs - 1
  const ofPairs = Array.from({ length: pairs }, (_, r) => r)
  const gaps = tf.tensor2d(
    ofPairs.map(r => betas[r + 1] - betas[r]),
    [pairs, 1],
  )
  const rises = tf.sub(tf.slice(delta, [1, 0], [pairs, chains]), tf.slice(delta, [0, 0], [pairs, chains]))
  const log = tf.mul(gaps, rises)
  const probability = tf.where(tf.isNaN(log), 0, tf.exp(tf.minimum(0, log))) as tf.Tensor2D
  const turns = tf.tensor2d(
    ofPairs.map(r => Number((r + step) % 2 === 0)),
    [pairs, 1],
  )
  const swapped = tf.mul(turns, tf.cast(tf.less(uniform(key, [pairs, chains]), probability), 'float32'))
  // The lower one of a pair comes from a rung up, the upper one from a rung down.
  const none = tf.zeros([1, chains])
  const climb = tf.sub(tf.concat([swapped, none], 0), tf.concat([none, swapped], 0))
  const own = tf.range(0, rungs * chains, 1, 'int32')
  const shift = tf.cast(tf.mul(tf.reshape(climb, [rungs * chains]), chains), 'int32')
  return { probability, places: tf.cast(tf.add(own, shift), 'int32') as tf.Tensor1D }
}
