import { mlpEncoder } from '@chiaro/encoders'
import { key, normal } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import { ranksInTurn } from '@chiaro/test-kit/ranks-in-turn'
import { momentumContrast } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { allGather } from './all-gather.ts'
import { type Communicator, oneRank } from './communicator.ts'

const encoder = (seed: number) => mlpEncoder({ inputDimension: 3, widths: [4], norm: 'batch' }, key(seed))

/** The queue after two steps, of rows from … to of each batch. */
function queueAfter(communicator: Communicator, from: number, to: number): number[] {
  const [query, second] = [encoder(1), encoder(2)]
  const moco = momentumContrast(query, second, { dimension: 4, queue: 9, key: key(3) })
  const enqueued = (keys: tf.Tensor2D) => allGather(keys, communicator) as tf.Tensor2D
  const variables = [query.parameters, query.buffers, moco.buffers].flatMap(all => Object.values(all))
  try {
    for (const step of [1, 2]) {
      const rows = tf.slice(normal(key(10 + step), [6, 3]), from, to - from)
      expect(moco.keys(rows, { sumOverRanks: communicator.sum, enqueued }).shape).toEqual([to - from, 4])
      moco.afterStep(step)
    }
    return Array.from(moco.queue.dataSync())
  } finally {
    tf.dispose(variables)
  }
}

describeBackends('the queue of momentum contrast over ranks', () => {
  it('has the keys of all in the order of ranks: the same on each, and that of one process', () => {
    const alone = queueAfter(oneRank(), 0, 6)
    const bounds = [0, 1, 4, 6]
    const ranks = ranksInTurn(3, at => queueAfter(at, bounds[at.rank], bounds[at.rank + 1]))
    for (const rank of ranks) expect(rank).toEqual(ranks[0])
    expectClose(ranks[0], alone, { absolute: 1e-6 })
  })
})
