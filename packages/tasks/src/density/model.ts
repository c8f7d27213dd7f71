import { type DensityModel as Density, type NoiseDistribution, type RandomKey, yielding } from '@chiaro/core'
import { densityModel, mlpEnergy, tiltedEnergy } from '@chiaro/energy'
import { createNoise } from '@chiaro/noise'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { TaskModel } from '../task.ts'
import type { DensityConfig } from './config.ts'

/** A density of encoded rows, the noise that trained it, and what stands between the two. */
export interface DensityModel extends TaskModel<DensityConfig> {
  readonly density: Density
  readonly noise: NoiseDistribution
  /** −E − log q, [batch, width] → [batch]: the log ratio of model to noise before log Z; the density q is not needed. */
  logWeight(x: tf.Tensor): tf.Tensor1D
  /** log p_model − log q with the learned log Z. */
  logRatio(x: tf.Tensor): tf.Tensor1D
}

/** A fresh model drawn from `key`: its network gives 0 for log p = log q at first, but for the last layer's draw. */
export function createDensity(config: DensityConfig, key: RandomKey): DensityModel {
  const noise = createNoise(config.noise)
  const dimension = noise.eventShape[0]
  const net = mlpEnergy({ dimension, widths: config.energy.widths }, foldIn(key, 0))
  const density = densityModel(tiltedEnergy(noise, net))
  return {
    config,
    parameters: density.parameters,
    buffers: {},
    density,
    noise,
    // log q cancels: the tilt is the whole ratio.
    logWeight: x => tf.tidy(() => tf.neg(net.energy(x)) as tf.Tensor1D),
    logRatio: x => tf.tidy(() => tf.neg(tf.add(net.energy(x), density.logPartition)) as tf.Tensor1D),
  }
}

/** Rows worked on at a time where a whole table is asked. */
const chunk = 4096

/** f(rows) of any number of encoded rows, by chunks, on the host. */
export async function overRows(
  rows: Float32Array,
  width: number,
  f: (x: tf.Tensor2D) => tf.Tensor1D,
): Promise<Float32Array> {
  const count = rows.length / width
  const values = new Float32Array(count)
  const turn = yielding()
  for (let from = 0; from < count; from += chunk) {
    await turn()
    const size = Math.min(chunk, count - from)
    const part = tf.tidy(() =>
      f(tf.tensor2d(rows.subarray(from * width, (from + size) * width), [size, width])),
    )
    values.set(await part.data(), from)
    part.dispose()
  }
  return values
}
