import { checkInteger, conflictError, type RandomKey } from '@chiaro/core'
import { foldIn, permutation } from '@chiaro/random/host'

/** How far a run through the data has come: `index` samples of epoch `epoch` are used, both counted from 0. */
export interface BatchPosition {
  readonly epoch: number
  readonly index: number
}

export interface Batch {
  /** [batch] which samples, 0 … count − 1. */
  readonly indices: Int32Array
  /** The epoch the batch belongs to, from 0. */
  readonly epoch: number
  /** Where the next batch begins: what a checkpoint keeps. */
  readonly next: BatchPosition
}

export interface BatchesOptions {
  readonly batchSize: number
  /** Each epoch's order is permutation(foldIn(key, epoch), count). Without a key the order is 0, 1, 2, … */
  readonly key?: RandomKey
  /** Default: without end. */
  readonly epochs?: number
  /** Leaves out the last batch of an epoch when it is smaller. Default true, so that every batch has one shape. */
  readonly dropLast?: boolean
  /** Where to begin, as an earlier batch's `next` said. Default the beginning. */
  readonly position?: BatchPosition
  /** Stops with the signal's reason before the next batch. */
  readonly signal?: AbortSignal
}

/**
 * Batches of sample indices, shuffled anew in each epoch, every sample once an epoch (but for a dropped last
 * batch).
 *
 * Pure in the key: the batches from `position` on are, bit for bit, those of an unbroken run.
 *
 * @param data how many samples there are, or anything with a length
 * @throws RangeError when batchSize is no positive integer, or above the number of samples with dropLast; when a
 *   position is outside the data; the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { batches } from '@chiaro/data'
 * import { key } from '@chiaro/random'
 *
 * const options = { batchSize: 2, key: key(1), epochs: 2 }
 * const all = [...batches(5, options)]
 * for (const { epoch, indices } of all) console.log(epoch, indices) // two an epoch: its fifth sample is left out
 * const rest = [...batches(5, { ...options, position: all[0].next })] // a resumed run
 * console.log(rest.length, rest[0].indices.every((row, i) => row === all[1].indices[i])) // 3, true
 * ```
 */
export function batches(
  data: number | { readonly length: number },
  options: BatchesOptions,
): Iterable<Batch> {
  const count = typeof data === 'number' ? data : data.length
  checkBatches(count, options)
  // The checks run now, not at the first batch: a wrong size is refused before a run folder is made.
  return draw(count, options)
}

/**
 * Where batch number `batch` (from 0) begins: what a run resumed at that step passes as `position`.
 *
 * @throws RangeError as `batches`
 *
 * @example
 * ```ts
 * import { batches, batchPosition } from '@chiaro/data'
 * import { key } from '@chiaro/random'
 *
 * // The batches of `fit`, whose steps count from 1: a run goes on at any step.
 * const options = { batchSize: 2, key: key(1) }
 * const from = (step: number) => batches(5, { ...options, position: batchPosition(5, step - 1, options) })
 * for (const { epoch, indices } of from(4)) {
 *   console.log(epoch, indices) // the second batch of epoch 1
 *   break
 * }
 * ```
 */
export function batchPosition(
  data: number | { readonly length: number },
  batch: number,
  { batchSize, dropLast = true }: Pick<BatchesOptions, 'batchSize' | 'dropLast'>,
): BatchPosition {
  const count = typeof data === 'number' ? data : data.length
  checkBatches(count, { batchSize, dropLast })
  checkInteger('batchPosition', { batch }, { least: 0 })
  const perEpoch = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize)
  return { epoch: Math.floor(batch / perEpoch), index: (batch % perEpoch) * batchSize }
}

function* draw(
  count: number,
  { batchSize, key, epochs = Number.POSITIVE_INFINITY, dropLast = true, position, signal }: BatchesOptions,
): Generator<Batch, void, undefined> {
  const used = dropLast ? count - (count % batchSize) : count
  let index = position?.index ?? 0
  for (let epoch = position?.epoch ?? 0; epoch < epochs; epoch++) {
    const order = epochOrder(count, key, epoch)
    while (index < used) {
      signal?.throwIfAborted()
      const indices = order.slice(index, Math.min(index + batchSize, used))
      index += indices.length
      const next = index < used ? { epoch, index } : { epoch: epoch + 1, index: 0 }
      yield { indices, epoch, next }
    }
    index = 0
  }
}

function epochOrder(count: number, key: RandomKey | undefined, epoch: number): Int32Array {
  if (key !== undefined) return permutation(foldIn(key, epoch), count)
  return Int32Array.from({ length: count }, (_, i) => i)
}

function checkBatches(count: number, options: BatchesOptions): void {
  const { batchSize, epochs, dropLast = true, position } = options
  checkInteger('batches', { data: count, batchSize }, { least: 1 })
  if (epochs !== undefined && epochs !== Number.POSITIVE_INFINITY) {
    checkInteger('batches', { epochs }, { least: 0 })
  }
  if (dropLast && batchSize > count) {
    const problem = `there must be a whole batch, got batchSize ${batchSize} for ${count} samples`
    throw conflictError('batches', 'batchSize', problem)
  }
  if (position === undefined) return
  checkInteger('batches', { 'position.epoch': position.epoch }, { least: 0 })
  checkInteger('batches', { 'position.index': position.index }, { least: 0, most: count })
}
