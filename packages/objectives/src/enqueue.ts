import { checkInteger, checkShape } from '@chiaro/core'
import { stopGradient } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { prepared } from './prepared.ts'

/** The keys of past batches, a ring: `keys` is what `infoNceLoss` takes as its `queue`. */
export interface KeyQueue {
  /** [q, d] */
  readonly keys: tf.Tensor2D
  /** The row that the next key replaces, 0 … q − 1: the oldest one. */
  readonly position: number
}

export interface EnqueueOptions {
  /** Whether new keys are divided by their lengths first. Default true. */
  readonly normalize?: boolean
}

/**
 * The queue after a batch of keys (MoCo, He et al. 2020): they replace the oldest rows, first in, first out; of more
 * keys than the queue holds the last q remain. No gradient flows through a queue.
 *
 * A pure function. The new `keys` are a tensor of their own, which like any result belongs to the caller; the old
 * queue stays as it is until the caller disposes it. To begin, take random rows as MoCo does,
 * `{ keys: normal(key, [q, d]), position: 0 }`. To save a queue, save the tensor and the number.
 *
 * @param queue keys [q, d] with q ≥ 1, and the position of the oldest
 * @param keys [n, d]
 * @throws TypeError for shapes or dtypes that don't fit; RangeError for an empty queue or a position outside it
 *
 * @example
 * ```ts
 * import { enqueue, infoNceLoss, type KeyQueue } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 *
 * let queue: KeyQueue = { keys: normal(key(1), [32, 8]), position: 0 }
 * const [queries, keys] = [2, 3].map(seed => normal(key(seed), [4, 8]))
 * infoNceLoss(queries, keys, { queue: queue.keys }).print() // the right key among 4 + 32
 * const before = queue
 * queue = enqueue(queue, keys)
 * before.keys.dispose()
 * ```
 */
export function enqueue(queue: KeyQueue, keys: tf.Tensor2D, options: EnqueueOptions = {}): KeyQueue {
  const where = 'enqueue'
  const { normalize = true } = options
  const { size, d } = checkShape(where, { 'queue.keys': queue?.keys }, ['size', 'd'], { least: { size: 1 } })
  checkInteger(where, { 'queue.position': queue.position }, { least: 0, below: size })
  const { count } = checkShape(where, { keys }, ['count', d])
  const kept = Math.min(size, count)
  const start = (queue.position + count - kept) % size
  const updated = tf.tidy(() => {
    const added = prepared(sliceRows(stopGradient(keys), count - kept, kept), normalize)
    const old = stopGradient(queue.keys)
    // What does not fit before the end goes on at the start of the ring.
    const tail = Math.min(kept, size - start)
    const wrapped = kept - tail
    const pieces = [
      sliceRows(added, tail, wrapped),
      sliceRows(old, wrapped, start - wrapped),
      sliceRows(added, 0, tail),
      sliceRows(old, start + tail, size - start - tail),
    ].filter(piece => piece.shape[0] > 0)
    return tf.concat(pieces)
  })
  return { keys: updated, position: (start + kept) % size }
}

function sliceRows(x: tf.Tensor2D, from: number, count: number): tf.Tensor2D {
  return tf.slice(x, [from, 0], [Math.max(0, count), x.shape[1]])
}
