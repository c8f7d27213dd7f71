import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import { ranksInTurn } from '@chiaro/test-kit/ranks-in-turn'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { allGather } from './all-gather.ts'
import { sumOverRanks } from './sum-over-ranks.ts'

const own = (rank: number, count: number) =>
  tf.tensor2d(
    Float32Array.from({ length: 2 * count }, (_, i) => 10 * rank + i),
    [count, 2],
  )

describeBackends('allGather and sumOverRanks', () => {
  it('allGather has the rows of all in the order of ranks, and sums what all have for a row', () => {
    const results = ranksInTurn(3, communicator => {
      const { rank } = communicator
      const x = own(rank, rank + 1)
      // Rank r weighs row i by r + 1 + i: row i gets Σ_r (r + 1 + i) = 6 + 3i.
      const weights = tf.reshape(tf.range(rank + 1, rank + 7), [6, 1])
      const { value, grad } = tf.valueAndGrad((a: tf.Tensor) =>
        tf.sum(tf.mul(allGather(a, communicator), weights)),
      )(x) as unknown as { value: tf.Tensor; grad: tf.Tensor }
      const all = Array.from(allGather(x, communicator).dataSync())
      return { all, gradient: Array.from(grad.dataSync()), value: value.dataSync()[0] }
    })
    const rows = [0, 1, 10, 11, 12, 13, 20, 21, 22, 23, 24, 25]
    for (const { all } of results) expect(all).toEqual(rows)
    expect(results.flatMap(({ gradient }) => gradient)).toEqual([6, 6, 9, 9, 12, 12, 15, 15, 18, 18, 21, 21])
  })

  it('sumOverRanks is the sum, and its gradient the sum of what all have for it', () => {
    const results = ranksInTurn(2, communicator => {
      const x = own(communicator.rank, 2)
      const f = (a: tf.Tensor) => tf.sum(tf.mul(sumOverRanks(a, communicator), communicator.rank + 1))
      return [sumOverRanks(x, communicator), tf.grad(f)(x)].map(one => Array.from(one.dataSync()))
    })
    for (const result of results) {
      expect(result).toEqual([
        [10, 12, 14, 16],
        [3, 3, 3, 3],
      ])
    }
  })

  it('leaves no tensor but the result, and knows rows of any shape', () => {
    ranksInTurn(2, communicator => {
      const x = tf.zeros([communicator.rank, 2, 3])
      expectNoLeak(() => allGather(x, communicator))
      expect(allGather(x, communicator).shape).toEqual([1, 2, 3])
      expectClose(sumOverRanks(tf.scalar(2), communicator), 4)
    })
  })
})
