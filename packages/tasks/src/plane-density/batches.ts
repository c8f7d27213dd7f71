import type { RandomKey } from '@chiaro/core'
import { foldIn, integerValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { pickRows, type Rows } from '../rows/encoded-rows.ts'

/** Batches [batchSize, 2] drawn with replacement from a step on, each by its step's own key. */
export function* planeBatches(
  rows: Rows,
  batchSize: number,
  key: RandomKey,
  firstStep: number,
): Generator<tf.Tensor2D> {
  for (let step = firstStep; ; step++) {
    const picked = integerValues(foldIn(key, step), batchSize, { maximum: rows.count })
    yield tf.tensor2d(pickRows(rows, picked), [batchSize, 2])
  }
}
