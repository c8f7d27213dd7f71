import {
  checkInteger,
  described,
  type NoiseDistribution,
  type RandomKey,
  typeError,
  yielding,
} from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { LogPartitionEstimate } from './log-partition-estimate.ts'
import { addLogWeights, estimateOf, noWeights } from './weight-sums.ts'

/**
 * log Z from the log weights of importance samples, log w = −E(x) − log q(x) with x ~ q, or those of annealed
 * importance sampling: log Ẑ = log mean w, in float64. Its standard error is the delta method's, √(Var w/n)/w̄;
 * log Ẑ lies below log Z by half the error's square on average. In nats.
 *
 * @throws RangeError for fewer than two; ChiaroError ('non-finite') that names a weight that is NaN or +∞, and where
 *   every weight is 0
 *
 * @example
 * ```ts
 * import { logPartitionFromWeights } from '@chiaro/evaluate'
 *
 * console.log(logPartitionFromWeights([0, 0, Math.log(4)]).logPartition) // log of the mean weight, 2
 * ```
 */
export function logPartitionFromWeights(logWeights: ArrayLike<number>): LogPartitionEstimate {
  const where = 'logPartitionFromWeights'
  return estimateOf(where, addLogWeights(where, noWeights, logWeights))
}

export interface ImportanceLogPartitionOptions {
  readonly key: RandomKey
  /** How many samples. Default 10,000. */
  readonly samples?: number
  /** Samples at a time: what bounds the memory. Batch b draws with foldIn(key, b). Default 1,000. */
  readonly batch?: number
  readonly signal?: AbortSignal
}

/**
 * An estimate of log Z = log E_q[exp(−E(x))/q(x)] that does not depend on training: samples of a distribution q whose
 * density is known and whose tails are at least as heavy as the model's. The energies are the backend's float32; all
 * that follows is float64. In nats.
 *
 * @param energy [batch, …event] → [batch], an energy model's own
 * @throws ChiaroError ('non-finite') that names a sample whose weight is NaN or +∞, and where every weight is 0;
 *   TypeError for an energy of another shape; RangeError for options; what `signal` was aborted with
 */
export async function importanceLogPartition(
  energy: (x: tf.Tensor) => tf.Tensor,
  noise: NoiseDistribution,
  options: ImportanceLogPartitionOptions,
): Promise<LogPartitionEstimate> {
  const where = 'importanceLogPartition'
  const { key, samples = 10_000, batch = 1_000, signal } = options
  checkInteger(where, { samples }, { least: 2 })
  checkInteger(where, { batch }, { least: 1 })
  let sums = noWeights
  const turn = yielding(signal)
  for (let b = 0; sums.count < samples; b++) {
    await turn()
    const count = Math.min(batch, samples - sums.count)
    sums = addLogWeights(where, sums, await logWeightsOf(where, energy, noise, foldIn(key, b), count))
  }
  return estimateOf(where, sums)
}

async function logWeightsOf(
  where: string,
  energy: (x: tf.Tensor) => tf.Tensor,
  noise: NoiseDistribution,
  key: RandomKey,
  count: number,
): Promise<Float64Array> {
  const tensors = tf.tidy(() => {
    const x = noise.sample(key, count)
    return [energy(x), noise.logProb(x)]
  })
  try {
    const [energies, logDensities] = await Promise.all(tensors.map(tensor => tensor.data()))
    if (energies.length !== count) {
      throw typeError(where, 'energy', `a function to [${count}]`, described(tensors[0]))
    }
    // The difference in float64: of two large float32 numbers it would lose what the estimate is made of.
    return Float64Array.from(energies, (value, i) => -value - logDensities[i])
  } finally {
    tf.dispose(tensors)
  }
}
