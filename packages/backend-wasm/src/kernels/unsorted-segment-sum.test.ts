import '@chiaro/ops'
import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'

describeBackends('unsortedSegmentSum', backend => {
  it.each([1, 4, 7, 64])('adds rows of %i by their ids and drops those without a segment', width => {
    const ids = [2, 0, 2, -1, 1, 5, 2, 4]
    const segments = 5
    const x = normalValues(1, ids.length * width)
    const expected = new Float64Array(segments * width)
    ids.forEach((id, i) => {
      if (id < 0 || id >= segments) return
      for (let j = 0; j < width; j++) expected[id * width + j] += x[i * width + j]
    })
    const rows = tf.tensor2d(x, [ids.length, width])
    const actual = tf.unsortedSegmentSum(rows, tf.tensor1d(ids, 'int32'), segments)
    expect(actual.shape).toEqual([segments, width])
    expectClose(actual, expected)
  })

  it('is the gradient of an embedding table', () => {
    const table = tf.tensor2d(normalValues(2, 12), [4, 3])
    const tokens = tf.tensor2d([1, 3, 1, 1], [2, 2], 'int32')
    const gradient = tf.grad(t => tf.sum(tf.gather(t, tokens)))(table)
    expectClose(gradient, [0, 0, 0, 3, 3, 3, 0, 0, 0, 1, 1, 1])
    expectNoLeak(() => tf.grad(t => tf.sum(tf.gather(t, tokens)))(table))
  })

  it('adds integers', () => {
    const x = tf.tensor1d([1, 2, 3], 'int32')
    const sums = tf.unsortedSegmentSum(x, tf.tensor1d([1, 1, 0], 'int32'), 2)
    expectClose(sums, [3, 3])
    if (backend === 'wasm') expect(sums.dtype).toBe('int32')
  })
})
