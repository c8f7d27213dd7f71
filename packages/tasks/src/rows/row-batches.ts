import type { RandomKey } from '@chiaro/core'
import { batches, batchPosition } from '@chiaro/data'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { pickRows, type Rows } from './encoded-rows.ts'

/**
 * Batches made of encoded rows [batchSize, width] from a step on, epoch by epoch; pure in the run's key.
 *
 * @param make what a batch is of its rows and its step's key; within a tidy
 */
export function* rowBatches<Batch extends tf.TensorContainer>(
  rows: Rows,
  { batchSize, key, firstStep }: { batchSize: number; key: RandomKey; firstStep: number },
  make: (x: tf.Tensor2D, key: RandomKey) => Batch,
): Generator<Batch> {
  const ofBatches = foldIn(key, 1)
  const position = batchPosition(rows.count, firstStep - 1, { batchSize })
  let step = firstStep
  for (const { indices } of batches(rows.count, { batchSize, key: foldIn(ofBatches, 0), position })) {
    const ofStep = foldIn(foldIn(ofBatches, 1), step++)
    yield tf.tidy(() => make(tf.tensor2d(pickRows(rows, indices), [indices.length, rows.width]), ofStep))
  }
}
