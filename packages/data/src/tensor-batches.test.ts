import { key } from '@chiaro/random/host'
import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { batches } from './batches.ts'
import { tensorBatches } from './tensor-batches.ts'

describeBackends('tensorBatches', () => {
  const x = () => tf.tensor2d([0, 1, 10, 11, 20, 21, 30, 31, 40, 41], [5, 2])
  const y = () => tf.tensor1d([0, 1, 2, 3, 4], 'int32')
  const options = { batchSize: 2, key: key(3) }

  it('gathers the rows that batches names, of every tensor alike, from any step on', async () => {
    const data = { x: x(), y: y() }
    const order = batches(5, options)[Symbol.iterator]() as Iterator<{ indices: Int32Array }>
    const expected = [1, 2, 3, 4].map((): number[] => Array.from(order.next().value.indices))
    for (const firstStep of [1, 3]) {
      const drawn = tensorBatches(data, options)(firstStep)
      for (const rows of expected.slice(firstStep - 1)) {
        const batch = drawn.next().value as typeof data
        expect(Array.from(await batch.y.data())).toEqual(rows)
        expect(Array.from(await batch.x.data())).toEqual(rows.flatMap(row => [10 * row, 10 * row + 1]))
        tf.dispose(batch)
      }
    }
    tf.dispose(data)
  })

  it('refuses tensors of different lengths, none, and a batch larger than all', () => {
    const data = { x: x(), z: tf.zeros([4]) }
    expect(() => tensorBatches(data, options)).toThrow(
      'tensors must be tensors of as many rows each, got x [5,2], z [4]',
    )
    expect(() => tensorBatches({}, options)).toThrow('got none')
    expect(() => tensorBatches({ x: data.x }, { batchSize: 6 })).toThrow('batchSize')
    tf.dispose(data)
  })
})
