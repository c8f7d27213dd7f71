import { rangeError } from '@chiaro/core'
import { type ChainDraws, drawsByChain, momentsOf, splitChains } from './chain-draws.ts'
import { rankNormalized } from './rank-normal.ts'

/**
 * R̂, whether chains agree (Vehtari et al. 2021): the larger of split R̂ of rank-normalised draws and that of their
 * distances from the median, which shows chains that agree in place and not in spread. R̂² is the pooled variance over
 * that within chains. 1 where all is well; above 1.01, run longer.
 *
 * @param draws [draws][chains] of one number, or a tensor [draws, chains], which is read at once; ≥ 4 draws
 * @returns NaN where draws are not finite or all equal
 * @throws TypeError for ragged draws or more than one number a chain; RangeError for fewer than 4 draws
 *
 * @example
 * ```ts
 * import { rHat } from '@chiaro/mcmc'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const draws = normal(key(1), [250, 4, 1])
 * console.log(rHat(draws)) // about 1
 * const apart = tf.add<tf.Tensor3D>(draws, tf.tensor3d([0, 0, 3, 3], [1, 4, 1]))
 * console.log(rHat(apart)) // well above 1: the chains disagree
 * ```
 */
export function rHat(draws: ChainDraws): number {
  const byChain = drawsByChain('rHat', draws)
  if (byChain[0].length < 4)
    throw rangeError('rHat', 'draws', 'at least 4 a chain', String(byChain[0].length))
  if (byChain.some(chain => chain.some(value => !Number.isFinite(value)))) return Number.NaN
  const chains = splitChains(byChain)
  const center = medianOf(chains)
  const folded = chains.map(values => values.map(value => Math.abs(value - center)))
  const [place, spread] = [chains, folded].map(each => reductionOf(rankNormalized(each)))
  // Two-valued draws may fold to a constant, whose ratio says nothing.
  return Number.isNaN(spread) ? place : Math.max(place, spread)
}

function reductionOf(chains: readonly Float64Array[]): number {
  const length = chains[0].length
  const moments = chains.map(momentsOf)
  const within = moments.reduce((sum, { variance }) => sum + variance, 0) / chains.length
  const between = momentsOf(moments.map(({ mean }) => mean)).variance
  return Math.sqrt((length - 1) / length + between / within)
}

function medianOf(chains: readonly Float64Array[]): number {
  const sorted = Float64Array.from(chains.flatMap(values => Array.from(values))).sort()
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
}
