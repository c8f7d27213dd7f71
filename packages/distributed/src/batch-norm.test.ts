import { batchNormTraining } from '@chiaro/ops'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import { ranksInTurn } from '@chiaro/test-kit/ranks-in-turn'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'

const [n, c] = [11, 4]
// Ranks with means far apart, and all far from zero: moments of one rank's rows would show at once.
const x = normalValues(1, n * c).map((value, i) => 5 + value + 2 * Math.floor(i / (4 * c)))
const [scale, offset, dy] = [normalValues(2, c), normalValues(3, c), normalValues(4, n * c)]

/** y, mean, variance, and the gradients of x, scale and offset, at rows from … to. */
function normalised(
  [from, to]: readonly number[],
  activation: 'linear' | 'relu',
  sumOverRanks?: (values: Float32Array) => Float32Array,
): Float32Array[] {
  return tf.tidy(() => {
    const part = (all: Float32Array) => tf.tensor(all.slice(from * c, to * c), [to - from, c])
    const f = (a: tf.Tensor, s: tf.Tensor, o: tf.Tensor) =>
      batchNormTraining(a, s as tf.Tensor1D, o as tf.Tensor1D, { activation, sumOverRanks })
    const inputs = [part(x), tf.tensor1d(scale), tf.tensor1d(offset)]
    const grads = tf.grads((a, s, o) => f(a, s, o).y)(inputs, part(dy))
    const { y, mean, variance, rows } = f(inputs[0], inputs[1], inputs[2])
    expect(rows).toBe(n)
    return [y, mean, variance, ...grads].map(one => one.dataSync() as Float32Array)
  })
}

describeBackends('batch norm over ranks', () => {
  it.each([
    ['linear', [4, 7]],
    ['relu', [7, 4]],
    ['relu', [1, 8, 2]],
    ['linear', [3, 3, 3, 2]],
  ] as const)('(%s) has moments and gradients of the rows of all, shared out as %s', (activation, counts) => {
    const expected = normalised([0, n], activation)
    const ranks = ranksInTurn(counts.length, ({ rank, sum }) => {
      const from = counts.slice(0, rank).reduce((total, count) => total + count, 0)
      return normalised([from, from + counts[rank]], activation, sum)
    })
    const joined = (at: number) => ranks.flatMap(rank => Array.from(rank[at]))
    const summed = (at: number) =>
      ranks.reduce((sums, rank) => sums.map((sum, i) => sum + rank[at][i]), Array<number>(c).fill(0))
    expectClose(joined(0), expected[0], { absolute: 2e-6, relative: 1e-6 })
    for (const rank of ranks) {
      expectClose(rank[1], expected[1], { relative: 1e-6 })
      expectClose(rank[2], expected[2], { relative: 2e-6 })
    }
    expectClose(joined(3), expected[3], { absolute: 2e-6, relative: 1e-5 })
    expectClose(summed(4), expected[4], { absolute: 2e-6, relative: 1e-5 })
    expectClose(summed(5), expected[5], { absolute: 2e-6, relative: 1e-5 })
  })
})
