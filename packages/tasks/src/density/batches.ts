import type { RandomKey } from '@chiaro/core'
import { tableLayout } from '@chiaro/data'
import { normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Rows } from '../rows/encoded-rows.ts'
import { rowBatches } from '../rows/row-batches.ts'
import type { DensityConfig } from './config.ts'

/** Encoded rows [batchSize, width] from a step on, jittered where the run says so; pure in the run's key. */
export function* densityBatches(
  config: DensityConfig,
  rows: Rows,
  key: RandomKey,
  firstStep: number,
): Generator<tf.Tensor2D> {
  const { batchSize, jitter } = config.training
  const deviations = jitterOf(config, jitter)
  yield* rowBatches(rows, { batchSize, key, firstStep }, (x, ofStep) =>
    jitter === 0 ? x : tf.add(x, tf.mul(normal(ofStep, x.shape), tf.tensor1d(deviations))),
  )
}

/** The deviation of each encoded column's jitter: categories have none. */
function jitterOf({ encoding }: DensityConfig, deviation: number): Float32Array {
  const { width, blocks } = tableLayout(encoding)
  const jitter = new Float32Array(width)
  for (const { kind, start } of blocks) if (kind === 'numeric') jitter[start] = deviation
  return jitter
}
