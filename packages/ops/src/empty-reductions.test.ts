import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { reductionIdentity } from './empty-reductions.ts'

it('an infinite identity is the least or the largest integer', () => {
  expect(reductionIdentity(tf.Max, 'float32')).toBe(Number.NEGATIVE_INFINITY)
  expect(reductionIdentity(tf.Max, 'int32')).toBe(-2147483648)
  expect(reductionIdentity(tf.Min, 'int32')).toBe(2147483647)
  expect(reductionIdentity(tf.Prod, 'int32')).toBe(1)
})

// tfjs's own cpu backend gives NaN for the largest of no numbers.
describeBackends(
  'reductions of no elements',
  () => {
    it('give their identity, whatever lay in memory', () => {
      tf.dispose(tf.fill([64], 123))
      const none = tf.zeros([3, 0])
      expectClose(tf.max(none, 1), Array(3).fill(Number.NEGATIVE_INFINITY))
      expectClose(tf.min(none, 1), Array(3).fill(Number.POSITIVE_INFINITY))
      expectClose(tf.sum(none, 1), [0, 0, 0])
      expectClose(tf.prod(none, 1), [1, 1, 1])
      expectClose(tf.mean(none, 1), Array(3).fill(Number.NaN))
      expectClose(tf.all(tf.cast(none, 'bool'), 1), [1, 1, 1])
      expectClose(tf.any(tf.cast(none, 'bool'), 1), [0, 0, 0])
      expectClose(tf.logSumExp(none, 1), Array(3).fill(Number.NEGATIVE_INFINITY))
    })

    it('give that of integers', () => {
      const none = tf.zeros([2, 0], 'int32')
      expectClose(tf.sum(none, 1), [0, 0])
      expectClose(tf.max(none, 1), Array(2).fill(-(2 ** 31)))
      expectClose(tf.min(none, 1), Array(2).fill(2 ** 31 - 1))
    })

    it('keep the axes that are not reduced, and on demand those that are', () => {
      const none = tf.zeros([2, 0, 3])
      expect(tf.sum(none).shape).toEqual([])
      expect(tf.max(none, [0, 1]).shape).toEqual([3])
      expect(tf.prod(none, 1, true).shape).toEqual([2, 1, 3])
      expect(tf.sum(none, 0).shape).toEqual([0, 3])
    })
  },
  { backends: ['wasm', 'webgl', 'webgpu'] },
)
