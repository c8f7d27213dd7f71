import { type RandomKey, yielding } from '@chiaro/core'
import { type LogPartitionEstimate, logPartitionFromWeights } from '@chiaro/evaluate'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { DensityModel } from './model.ts'

/** Noise rows behind the independent log Z. */
const noiseRows = 50_000
const chunk = 5000

export interface NoiseRatios {
  /** −E − log q of fresh noise rows: the log ratios without log Z. */
  readonly logWeights: Float32Array
  /** log Z by importance sampling from the noise, apart from the one that training learned. */
  readonly independent: LogPartitionEstimate
}

/** The same model and run's key give the same rows, so that scores agree with the report. */
export async function independentLogPartition(model: DensityModel, key: RandomKey): Promise<NoiseRatios> {
  const ofNoise = foldIn(key, 5)
  const logWeights = new Float32Array(noiseRows)
  const turn = yielding()
  for (let from = 0; from < noiseRows; from += chunk) {
    await turn()
    const part = tf.tidy(() => model.logWeight(model.noise.sample(foldIn(ofNoise, from), chunk)))
    logWeights.set(await part.data(), from)
    part.dispose()
  }
  return { logWeights, independent: logPartitionFromWeights(logWeights) }
}
