import { split } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { annealedWeights, checkReached } from './annealed-weights.ts'
import {
  type AnnealedImportanceSamplingOptions,
  checkedAnnealing,
  checkedChains,
} from './annealing-options.ts'
import type { Base } from './annealing-path.ts'
import type { Energy } from './chain-state.ts'
import { summarizeLogWeights } from './log-mean-weight.ts'

/** What annealing found. */
export interface PartitionEstimate {
  /** log Z = log ∫ exp(−energy), in nats. */
  readonly logPartition: number
  /** Of logPartition, from the weights' spread. Trust it where the effective sample size is large. */
  readonly standardError: number
  /** (Σw)²/Σw²; near the number of chains all is well, near 1 a single weight decides. */
  readonly effectiveSampleSize: number
  /** In float64, of Z over the base's 1; with `reverse`, of 1 over Z. */
  readonly logWeights: Float64Array
  /** Mean acceptance probability of all moves; NaN for a single temperature step, which moves nothing; 1 for a kernel of your own. */
  readonly acceptance: number
}

/**
 * log Z of an energy by annealed importance sampling (Neal 2001) along the geometric path
 *
 *   E_β = (1 − β)(−log base) + β energy,  0 = β₀ < … < β_K = 1
 *
 * Chains start in draws of the base; each adds (β_k − β_{k−1})(−log base(x) − energy(x)) to its log weight, then moves by a
 * kernel that leaves exp(−E_{β_k}) as it is. The mean weight is unbiased for Z, so that its logarithm lies below
 * log Z on average; with `reverse`, exact draws of the energy's density are annealed to the base, and the estimate
 * lies above (Burda et al. 2015; Grosse et al. 2015). Weights are summed in float64 and averaged by log-sum-exp.
 *
 * The base must cover the energy's mass: what it never visits is missing from Z.
 *
 * @param base normalised, with a gradient of logProb; nothing else of a NoiseDistribution is used
 * @throws ChiaroError 'non-finite' naming the chain and temperature of a weight that is NaN or +∞, or when all weights
 *   are 0; TypeError or RangeError for arguments; the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { annealedImportanceSampling } from '@chiaro/mcmc'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 2) // log Z = ½ log(π/2) = 0.226
 * const base = {
 *   eventShape: [1],
 *   sample: normalRows,
 *   logProb: (x: tf.Tensor): tf.Tensor1D => tf.sub(tf.mul(tf.sum(tf.square(x), 1), -0.5), 0.5 * Math.log(2 * Math.PI)),
 * }
 * function normalRows(k: ReturnType<typeof key>, count: number) {
 *   return normal(k, [count, 1])
 * }
 * const options = { chains: 64, temperatures: 50, stepSize: 0.5, key: key(1) }
 * const { logPartition, standardError } = await annealedImportanceSampling(energy, base, options)
 * console.log(logPartition, standardError)
 * ```
 */
export async function annealedImportanceSampling(
  energy: Energy,
  base: Base,
  options: AnnealedImportanceSamplingOptions,
): Promise<PartitionEstimate> {
  const where = 'annealedImportanceSampling'
  const { reverse } = options
  const chains = checkedChains(where, options)
  const { schedule, ...annealing } = checkedAnnealing(where, options)
  const [startKey, moveKey] = split(options.key, 2)
  const start = reverse === undefined ? base.sample(startKey, chains) : tf.clone(reverse)
  const path = reverse === undefined ? schedule : [...schedule].reverse()
  const { logWeights, acceptance } = await annealedWeights(where, energy, base, start, {
    ...annealing,
    path,
    key: moveKey,
    named: chain => `chain ${chain}`,
  })
  const { logMean, standardError, effectiveSampleSize } = summarizeLogWeights(logWeights)
  checkReached(where, effectiveSampleSize)
  const logPartition = reverse === undefined ? logMean : -logMean
  return { logPartition, standardError, effectiveSampleSize, logWeights, acceptance }
}
