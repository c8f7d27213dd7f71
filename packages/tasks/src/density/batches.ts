import type { RandomKey } from '@chiaro/core'
import { batches, batchPosition, tableLayout } from '@chiaro/data'
import { foldIn, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { DensityConfig } from './config.ts'
import { pickRows, type Rows } from './parts.ts'

/** Encoded rows [batchSize, width] from a step on, jittered where the run says so; pure in the run's key. */
export function* densityBatches(
  config: DensityConfig,
  rows: Rows,
  key: RandomKey,
  firstStep: number,
): Generator<tf.Tensor2D> {
  const { batchSize, jitter } = config.training
  const deviations = jitterOf(config, jitter)
  const ofBatches = foldIn(key, 1)
  const position = batchPosition(rows.count, firstStep - 1, { batchSize })
  let step = firstStep
  for (const { indices } of batches(rows.count, { batchSize, key: foldIn(ofBatches, 0), position })) {
    const ofStep = foldIn(foldIn(ofBatches, 1), step++)
    yield tf.tidy(() => {
      const x = tf.tensor2d(pickRows(rows, indices), [indices.length, rows.width])
      return jitter === 0 ? x : tf.add(x, tf.mul(normal(ofStep, x.shape), tf.tensor1d(deviations)))
    })
  }
}

/** The deviation of each encoded column's jitter: categories have none. */
function jitterOf({ encoding }: DensityConfig, deviation: number): Float32Array {
  const { width, blocks } = tableLayout(encoding)
  const jitter = new Float32Array(width)
  for (const { kind, start } of blocks) if (kind === 'numeric') jitter[start] = deviation
  return jitter
}
