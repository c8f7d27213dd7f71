import { checkShape } from '@chiaro/core'
import { customGradient } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { checkOnce, floatsOf } from './all-gather.ts'
import type { Communicator } from './communicator.ts'

/**
 * Σ over ranks of a tensor, the same on every rank. What a rank computes of it is its share of a sum over ranks, so the
 * gradient is the sum of what all ranks have for it: a scalar that every rank then returns as its loss is counted as often
 * as there are ranks. To report a loss, sum its number by `communicator.sum`.
 *
 * @param x float32 of one shape on every rank
 * @throws TypeError for another dtype; ChiaroError 'ranks' where the sizes differ, 'argument-conflict' in a second
 *   derivative
 */
export function sumOverRanks<T extends tf.Tensor>(x: T, { sum }: Pick<Communicator, 'sum'>): T {
  checkShape('sumOverRanks', { x }, ['…x'])
  checkOnce('sumOverRanks')
  const summed = (input: tf.Tensor) => tf.tensor(sum(floatsOf(input)), input.shape, 'float32')
  return customGradient(input => ({ value: summed(input), saved: [], gradient: dy => [summed(dy)] }), x) as T
}
