import type { RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { sampleOrder } from '../representation/sample-order.ts'
import { pickRows, type Rows } from './encoded-rows.ts'

/**
 * Batches made of encoded rows [batchSize, width] from a step on, epoch by epoch; pure in the run's key.
 *
 * @param make what a batch is of its rows, its step's key and the rows' numbers; within a tidy
 */
export function* rowBatches<Batch extends tf.TensorContainer>(
  rows: Rows,
  { batchSize, key, firstStep }: { batchSize: number; key: RandomKey; firstStep: number },
  make: (x: tf.Tensor2D, key: RandomKey, chosen: Int32Array) => Batch,
): Generator<Batch> {
  for (const { chosen, ofStep } of sampleOrder(rows.count, { batchSize, key, firstStep })) {
    yield tf.tidy(() =>
      make(tf.tensor2d(pickRows(rows, chosen), [chosen.length, rows.width]), ofStep, chosen),
    )
  }
}
