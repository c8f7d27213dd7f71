import { checkShape, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { drawsByChain } from './chain-draws.ts'

/**
 * Each chain's share of moves: how many of its draws differ from the draw before. For Metropolis-tested chains that
 * keep every step (`thin: 1`) this is the share of accepted proposals.
 *
 * @param draws [draws, chains, …event] or [draws][chains], at least two draws; a tensor is read at once
 * @throws TypeError for a tensor without both axes; RangeError for fewer than two draws
 */
export function acceptance(draws: tf.Tensor | ArrayLike<ArrayLike<number>>): Float64Array {
  const where = 'acceptance'
  if (!(draws instanceof tf.Tensor)) return shareOfMoves(where, drawsByChain(where, draws), 1)
  checkShape(where, { draws }, ['draws', 'chains', '…event'])
  const [count, chains, ...event] = draws.shape
  const size = event.reduce((product, length) => product * length, 1)
  const values = draws.dataSync()
  const byChain = Array.from({ length: chains }, (_, chain) =>
    Float64Array.from(
      { length: count * size },
      (_, i) => values[(Math.floor(i / size) * chains + chain) * size + (i % size)],
    ),
  )
  return shareOfMoves(where, byChain, size)
}

function shareOfMoves(where: string, chains: readonly Float64Array[], size: number): Float64Array {
  return Float64Array.from(chains, draws => {
    const moves = draws.length / size - 1
    if (moves < 1) throw rangeError(where, 'draws', 'at least two a chain', String(moves + 1))
    let moved = 0
    for (let draw = 1; draw <= moves; draw++) {
      const [now, before] = [
        draws.subarray(draw * size, (draw + 1) * size),
        draws.subarray((draw - 1) * size, draw * size),
      ]
      if (now.some((value, i) => value !== before[i])) moved += 1
    }
    return moved / moves
  })
}
