import * as tf from '@tensorflow/tfjs-core'
import { type DrawnSamples, type SampleOrderOptions, sampleOrder } from '../representation/sample-order.ts'
import { pickRows, type Rows } from './encoded-rows.ts'

/**
 * Batches made of encoded rows [batchSize, width] from a step on, epoch by epoch; pure in the run's key. Of `ranks` that
 * train together each has its own rows.
 *
 * @param make what a batch is of its rows, its step's key and what was drawn; within a tidy
 */
export function* rowBatches<Batch extends tf.TensorContainer>(
  rows: Rows,
  options: SampleOrderOptions,
  make: (x: tf.Tensor2D, key: DrawnSamples['ofStep'], drawn: DrawnSamples) => Batch,
): Generator<Batch> {
  for (const drawn of sampleOrder(rows.count, options)) {
    const { own, ofStep } = drawn
    yield tf.tidy(() => make(tf.tensor2d(pickRows(rows, own), [own.length, rows.width]), ofStep, drawn))
  }
}
