import { rangeError } from '@chiaro/core'
import { type ChainDraws, drawsByChain, momentsOf, splitChains } from './chain-draws.ts'
import { rankNormalized } from './rank-normal.ts'

export interface EffectiveSampleSizeOptions {
  /** 'mean': for the standard error of a mean, sd/√ESS. 'bulk': of rank-normalised draws. Default 'mean'. */
  readonly kind?: 'mean' | 'bulk'
}

/**
 * How many independent draws estimate a mean as well as these correlated ones (Vehtari et al. 2021, section 3.2):
 *
 *   ESS = S/τ,  τ = −1 + 2 Σ_t (ρ_2t + ρ_2t+1)
 *
 * over split chains, ρ from within- and between-chain variances together, the sum ending where a pair turns negative and
 * no pair counting more than the one before (Geyer 1992). Antithetic chains exceed S, up to S log₁₀ S.
 *
 * @param draws [draws][chains] of one number, or a tensor [draws, chains], which is read at once; ≥ 8 draws
 * @returns draws' worth; NaN where draws are not finite or all equal
 * @throws TypeError for ragged draws or more than one number a chain; RangeError for fewer than 8 draws
 *
 * @example
 * ```ts
 * import { effectiveSampleSize } from '@chiaro/mcmc'
 * import { key, normal } from '@chiaro/random'
 *
 * console.log(effectiveSampleSize(normal(key(1), [250, 4, 1]))) // independent draws: nearly all 1000
 * ```
 */
export function effectiveSampleSize(draws: ChainDraws, options: EffectiveSampleSizeOptions = {}): number {
  const where = 'effectiveSampleSize'
  const byChain = drawsByChain(where, draws)
  if (byChain[0].length < 8) {
    throw rangeError(where, 'draws', 'at least 8 a chain', String(byChain[0].length))
  }
  if (byChain.some(chain => chain.some(value => !Number.isFinite(value)))) return Number.NaN
  const chains = splitChains(byChain)
  return sizeOf(options.kind === 'bulk' ? rankNormalized(chains) : chains)
}

function sizeOf(chains: readonly Float64Array[]): number {
  const length = chains[0].length
  const total = chains.length * length
  const moments = chains.map(momentsOf)
  const within = moments.reduce((sum, { variance }) => sum + variance, 0) / chains.length
  const between = momentsOf(moments.map(({ mean }) => mean)).variance
  const pooled = (within * (length - 1)) / length + between
  if (!(pooled > 0)) return Number.NaN
  // ρ_t by the chains' mean autocovariance, the variogram's complement: chains apart count as correlation.
  const correlation = (lag: number) => {
    const covariance = chains.reduce((sum, draws, i) => sum + autocovariance(draws, moments[i].mean, lag), 0)
    return lag === 0 ? 1 : 1 - (within - covariance / chains.length) / pooled
  }
  let pair = 1 + correlation(1)
  let sum = 0
  let lag = 0
  while (pair > 0 && lag + 3 < length) {
    sum += pair
    lag += 2
    pair = Math.min(pair, correlation(lag) + correlation(lag + 1))
  }
  // The first lag after the pairs still helps where odd lags are negative, as in Stan.
  const time = -1 + 2 * sum + Math.max(0, correlation(lag))
  return total / Math.max(time, 1 / Math.log10(total))
}

/** Σ (x_i − m)(x_{i+t} − m)/n: by n at every lag, which keeps far lags small. */
function autocovariance(draws: Float64Array, mean: number, lag: number): number {
  let sum = 0
  for (let i = 0; i + lag < draws.length; i++) sum += (draws[i] - mean) * (draws[i + lag] - mean)
  return sum / draws.length
}
