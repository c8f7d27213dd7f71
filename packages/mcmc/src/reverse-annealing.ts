import { ChiaroError, checkInteger, checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { annealedWeights, checkReached } from './annealed-weights.ts'
import { type AnnealingOptions, checkedAnnealing } from './annealing-options.ts'
import type { Base } from './annealing-path.ts'
import { type Energy, energiesAt } from './chain-state.ts'
import { summarizeLogWeights } from './log-mean-weight.ts'

export type ReverseAnnealingOptions = AnnealingOptions & {
  /** Chains for each row of x. Default 10. */
  readonly chains?: number
}

/** What annealing backwards found, by row of x. */
export interface DensityEstimate {
  /** In nats; below the truth on average. */
  readonly logDensity: Float64Array
  /** Of logDensity, from the weights' spread. Trust it where the effective sample size is large. */
  readonly standardError: Float64Array
  /** (Σw)²/Σw²; near the number of chains all is well, near 1 a single weight decides. */
  readonly effectiveSampleSize: Float64Array
  /** Of each chain, in float64, [rows · chains] row by row: their mean is unbiased where logDensity is not. */
  readonly logWeights: Float64Array
  /** Mean acceptance probability of all moves; NaN for a single temperature step, which moves nothing; 1 for a kernel of your own. */
  readonly acceptance: number
}

/**
 * log p(x) of rows that nothing learned from, from below, by the reverse annealing estimator RAISE (Burda, Grosse and
 * Salakhutdinov 2015). Chains start in x and are annealed to the base along
 *
 *   E_β = (1 − β)(−log base) + β energy,  1 = β_K > … > β₀ = 0,
 *
 * and the mean of w = exp(−energy(x)) Π_k exp(E_βk(x_k) − E_βk−1(x_k)), x_K = x, is unbiased for the density at x of
 * where the chains of `annealedImportanceSampling` end on the same path. So log w̄ lies below that density's logarithm on average,
 * and the density tends to p as temperatures become many; averaged over draws of p it is never above log p. log Z from
 * `annealedImportanceSampling` lies below the truth and puts −energy − log Z above: together they enclose log p.
 *
 * @param base normalised, with a gradient of logProb; nothing else of a NoiseDistribution is used
 * @param x [rows, …event], stays the caller's
 * @throws ChiaroError 'non-finite' naming a row whose energy is not finite, the row and temperature of a weight that is NaN
 *   or +∞, or a row whose weights are all 0; TypeError or RangeError for arguments; the signal's reason when aborted
 */
export async function reverseAnnealing(
  energy: Energy,
  base: Base,
  x: tf.Tensor,
  options: ReverseAnnealingOptions,
): Promise<DensityEstimate> {
  const where = 'reverseAnnealing'
  const { chains = 10 } = options
  checkShape(where, { x }, ['rows', '…event'])
  checkInteger(where, { chains }, { least: 2 })
  const { schedule, ...annealing } = checkedAnnealing(where, options)
  const energies = await finiteEnergies(where, energy, x)
  const rows = Int32Array.from({ length: energies.length * chains }, (_, i) => Math.floor(i / chains))
  const start = tf.tidy(() => tf.gather(x, tf.tensor1d(rows, 'int32')))
  const { logWeights, acceptance } = await annealedWeights(where, energy, base, start, {
    ...annealing,
    path: [...schedule].reverse(),
    named: chain => `row ${rows[chain]}`,
  })
  for (let i = 0; i < rows.length; i++) logWeights[i] -= energies[rows[i]]
  const found = Array.from(energies, (_, row) => {
    const summary = summarizeLogWeights(logWeights.subarray(row * chains, (row + 1) * chains))
    checkReached(where, summary.effectiveSampleSize, ` of row ${row}`)
    return summary
  })
  return {
    logDensity: Float64Array.from(found, ({ logMean }) => logMean),
    standardError: Float64Array.from(found, ({ standardError }) => standardError),
    effectiveSampleSize: Float64Array.from(found, ({ effectiveSampleSize }) => effectiveSampleSize),
    logWeights,
    acceptance,
  }
}

async function finiteEnergies(where: string, energy: Energy, x: tf.Tensor): Promise<Float32Array> {
  const read = energiesAt(where, energy, x)
  const energies = (await read.data().finally(() => read.dispose())) as Float32Array
  const row = energies.findIndex(value => !Number.isFinite(value))
  if (row < 0) return energies
  const message = `${where}: x must have finite energy, got ${energies[row]} at row ${row}`
  throw new ChiaroError('non-finite', message, 'x')
}
