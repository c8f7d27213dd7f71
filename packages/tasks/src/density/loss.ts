import { type RandomKey, yielding } from '@chiaro/core'
import { binaryNceLoss } from '@chiaro/objectives'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { DensityModel } from './model.ts'
import type { Rows } from './parts.ts'

/** Binary NCE of rows [n, width] against ν·n fresh noise rows, in nats a data row (docs/notes.md eq. 1.6). */
export function densityLoss(
  model: DensityModel,
  x: tf.Tensor2D,
  noiseRatio: number,
  key: RandomKey,
): tf.Scalar {
  const noise = model.noise.sample(key, noiseRatio * x.shape[0])
  return binaryNceLoss(model.logRatio(x), model.logRatio(noise), { noiseRatio })
}

/** Rows a piece. */
const piece = 1024

/** The mean loss over all of some rows. */
export async function densityLossOver(
  model: DensityModel,
  { values, width, count }: Rows,
  noiseRatio: number,
  key: RandomKey,
): Promise<number> {
  let sum = 0
  const turn = yielding()
  for (let from = 0; from < count; from += piece) {
    await turn()
    const size = Math.min(piece, count - from)
    const part = tf.tidy(() => {
      const x = tf.tensor2d(values.subarray(from * width, (from + size) * width), [size, width])
      return densityLoss(model, x, noiseRatio, foldIn(key, from))
    })
    sum += size * (await part.data())[0]
    part.dispose()
  }
  return sum / count
}

/** The loss where data and noise are told apart by nothing: log(1 + ν) + ν·log(1 + 1/ν). */
export function indifferentNceLoss(noiseRatio: number): number {
  return Math.log1p(noiseRatio) + noiseRatio * Math.log1p(1 / noiseRatio)
}
