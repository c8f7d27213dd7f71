import { described, rangeError, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** One number's draws, [draws][chains], on the host or as a tensor [draws, chains] or [draws, chains, 1], read at once. */
export type ChainDraws = tf.Tensor | ArrayLike<ArrayLike<number>>

/**
 * The draws of each chain in float64, [chains][draws].
 *
 * @throws TypeError for ragged draws or more than one number a chain; RangeError for none
 */
export function drawsByChain(where: string, draws: ChainDraws): Float64Array[] {
  const rows = draws instanceof tf.Tensor ? rowsOf(where, draws) : Array.from(draws)
  const chains = rows[0]?.length ?? 0
  if (chains === 0) throw rangeError(where, 'draws', 'at least one draw of one chain', 'none')
  const ragged = rows.findIndex(row => row.length !== chains)
  if (ragged >= 0) {
    throw typeError(where, `draws[${ragged}]`, `of ${chains} chains as draws[0]`, `${rows[ragged].length}`)
  }
  return Array.from({ length: chains }, (_, chain) => Float64Array.from(rows, row => row[chain]))
}

function rowsOf(where: string, draws: tf.Tensor): ArrayLike<number>[] {
  const [count, chains = 0] = draws.shape
  if (draws.rank < 2 || draws.size !== count * chains) {
    const expected = '[draws, chains], one number a chain (chainSummary takes events)'
    throw typeError(where, 'draws', expected, described(draws))
  }
  const values = draws.dataSync()
  return Array.from({ length: count }, (_, draw) => values.slice(draw * chains, (draw + 1) * chains))
}

/** First and last half of each chain as chains of their own; the middle draw of an odd number is left out. */
export function splitChains(chains: readonly Float64Array[]): Float64Array[] {
  const half = Math.floor(chains[0].length / 2)
  return chains.flatMap(draws => [draws.subarray(0, half), draws.subarray(draws.length - half)])
}

/** Mean and variance (n − 1 in the denominator), in float64. */
export function momentsOf(values: ArrayLike<number>): { readonly mean: number; readonly variance: number } {
  const count = values.length
  let mean = 0
  for (let i = 0; i < count; i++) mean += values[i] / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += (values[i] - mean) ** 2
  return { mean, variance: squares / (count - 1) }
}
