import { ChiaroError, yielding } from '@chiaro/core'
import { split } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type AnnealedImportanceSamplingOptions, checkedAnnealing } from './annealing-options.ts'
import { type AnnealingStepInfo, annealingKernel, type Base } from './annealing-step.ts'
import { chainLoop } from './chain-loop.ts'
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
  /** Mean acceptance probability of all moves; NaN for a single temperature step, which moves nothing. */
  readonly acceptance: number
}

/** Temperatures between two reads of the device. */
const temperaturesARead = 16

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
 */
export async function annealedImportanceSampling(
  energy: Energy,
  base: Base,
  options: AnnealedImportanceSamplingOptions,
): Promise<PartitionEstimate> {
  const where = 'annealedImportanceSampling'
  const { chains, schedule, reverse, key, signal, onProgress, ...moves } = checkedAnnealing(where, options)
  const pause = yielding(signal)
  const path = reverse === undefined ? schedule : [...schedule].reverse()
  const total = path.length - 1
  const logWeights = new Float64Array(chains)
  const [startKey, moveKey] = split(key, 2)
  const start = reverse === undefined ? base.sample(startKey, chains) : tf.clone(reverse)
  let infos: AnnealingStepInfo[] = []
  let accepted = 0
  const readBlock = async (last: number) => {
    const first = last - infos.length + 1
    const read = tf.stack(infos.flatMap(({ rate, acceptance }) => [rate, acceptance]))
    tf.dispose(infos)
    infos = []
    const values = await read.data().finally(() => read.dispose())
    let moved = 0
    for (let k = first; k <= last; k++) {
      const at = 2 * (k - first) * chains
      for (let chain = 0; chain < chains; chain++) {
        const gain = (path[k] - path[k - 1]) * values[at + chain]
        if (Number.isNaN(gain) || gain === Number.POSITIVE_INFINITY) throw brokenWeight(where, gain, chain, k)
        logWeights[chain] += gain
        moved += values[at + chains + chain] / chains
      }
    }
    accepted += moved
    const moves = last - first + (last < total ? 1 : 0)
    onProgress?.({ done: last, total, acceptance: moved / moves })
  }
  try {
    const kernel = annealingKernel(where, energy, base, path, moves)
    for (const { step, info } of chainLoop({ position: start }, kernel, { key: moveKey, steps: total })) {
      if (info !== undefined) infos.push({ rate: tf.clone(info.rate), acceptance: tf.clone(info.acceptance) })
      if (step === total || (step > 0 && step % temperaturesARead === 0)) await readBlock(step)
      if (step < total) await pause()
    }
  } finally {
    tf.dispose(infos)
  }
  const { logMean, standardError, effectiveSampleSize } = summarizeLogWeights(logWeights)
  if (effectiveSampleSize === 0) {
    throw new ChiaroError(
      'non-finite',
      `${where}: some chain must reach the other end, got weight 0 for all`,
      'base',
    )
  }
  const logPartition = reverse === undefined ? logMean : -logMean
  return { logPartition, standardError, effectiveSampleSize, logWeights, acceptance: accepted / (total - 1) }
}

function brokenWeight(where: string, gain: number, chain: number, k: number): ChiaroError {
  const message = `${where}: weights must be finite, got ${gain} for chain ${chain} at temperature ${k}`
  return new ChiaroError('non-finite', message, 'energy')
}
