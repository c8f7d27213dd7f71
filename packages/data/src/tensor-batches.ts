import { typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type BatchesOptions, batches, batchPosition } from './batches.ts'

/** Tensors that share their first axis: row i of one belongs to row i of the others. */
export type RowTensors = Readonly<Record<string, tf.Tensor>>

/**
 * Batches of rows of tensors in memory, in the order of `batches`, for the `batches` option of `fit`: a function of the
 * first step, so that a run can be resumed. Each batch is a record of new tensors, which `fit` disposes; the tensors
 * themselves stay the caller's.
 *
 * @param tensors [n, …] each
 * @throws TypeError for tensors of different lengths; what `batches` throws
 *
 * @example
 * ```ts
 * import { tensorBatches } from '@chiaro/data'
 * import { key, normal } from '@chiaro/random'
 *
 * const batches = tensorBatches({ x: normal(key(1), [10, 4]) }, { batchSize: 5, key: key(2), epochs: 2 })
 * for (const { x } of batches(3)) {
 *   console.log(x.shape) // twice [5, 4]: of the four steps, those from the third on
 *   x.dispose() // `fit` does
 * }
 * ```
 */
export function tensorBatches<T extends RowTensors>(
  tensors: T,
  options: Omit<BatchesOptions, 'position'>,
): (firstStep: number) => Generator<T> {
  const count = rowsOf(tensors)
  batchPosition(count, 0, options)
  return function* (firstStep) {
    const position = batchPosition(count, firstStep - 1, options)
    for (const { indices } of batches(count, { ...options, position })) {
      yield tf.tidy(() => {
        const rows = tf.tensor1d(indices, 'int32')
        return Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, tf.gather(x, rows)])) as T
      })
    }
  }
}

function rowsOf(tensors: RowTensors): number {
  const lengths = Object.values(tensors).map(({ shape }) => shape[0])
  if (lengths.length > 0 && lengths.every(length => length !== undefined && length === lengths[0])) {
    return lengths[0]
  }
  const got = Object.entries(tensors).map(([name, { shape }]) => `${name} [${shape}]`)
  throw typeError('tensorBatches', 'tensors', 'tensors of as many rows each', got.join(', ') || 'none')
}
