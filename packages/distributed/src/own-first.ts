import { rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { gathered } from './all-gather.ts'
import type { Communicator } from './communicator.ts'

/** The rows of all ranks as this one needs them. */
export interface OwnFirst {
  /** [N, d]: this rank's rows, then those of the others in the order of ranks. */
  readonly rows: tf.Tensor2D
  /** How many are whose, in the order of the rows. */
  readonly counts: readonly number[]
}

/**
 * Gathers rows and puts this rank's before all others, so that row i of a rank belongs to key i: a loss of one process then
 * does for one over ranks.
 *
 * @throws RangeError on every rank for one without rows
 */
export function ownFirst(
  where: string,
  argument: string,
  own: tf.Tensor2D,
  communicator: Communicator,
): OwnFirst {
  const { rows, counts } = gathered(where, own, communicator)
  checkCounts(where, argument, counts)
  const { rank } = communicator
  const order = [counts[rank], ...counts.filter((_, r) => r !== rank)]
  if (rank === 0) return { rows: rows as tf.Tensor2D, counts: order }
  const before = counts.slice(0, rank).reduce((sum, count) => sum + count, 0)
  const after = rows.shape[0] - before - counts[rank]
  const [others, mine, rest] = tf.split(rows, [before, counts[rank], after])
  return { rows: tf.concat([mine, others, rest]) as tf.Tensor2D, counts: order }
}

/** Refuses a rank without rows, by name: it has nothing to do, and others would wait for its shape. */
export function checkCounts(where: string, argument: string, counts: readonly number[]): void {
  const empty = counts.indexOf(0)
  if (empty < 0) return
  throw rangeError(where, argument, 'a row at least on every rank', `none on rank ${empty}`)
}
