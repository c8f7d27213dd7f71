import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'

const nan = Number.NaN

describeBackends('kernels that tfjs has wrong on wasm', () => {
  it('cast everything but 0 to true', () => {
    expectClose(tf.cast(tf.tensor1d([0.5, 256, -1, 0, -0, nan]), 'bool'), [1, 1, 1, 0, 0, 1])
    expectClose(tf.cast(tf.tensor1d([5, 0, -256], 'int32'), 'bool'), [1, 0, 1])
    expectClose(tf.cast(tf.tensor1d([1.9, -1.9]), 'int32'), [1, -1])
  })

  it('select between bools without touching their neighbours', () => {
    const size = 1003
    const bits = (seed: number) => normalValues(seed, size).map(value => Number(value > 0))
    const [c, t, e] = [bits(1), bits(2), bits(3)]
    const [condition, ifTrue, ifFalse] = [c, t, e].map(values => tf.tensor1d(values, 'bool'))
    const before = tf.fill([8], 7)
    const selected = tf.where(condition, ifTrue, ifFalse)
    const after = tf.fill([8], 7)
    const again = tf.where(condition, ifTrue, ifFalse)
    const expected = [...c].map((yes, i) => (yes ? t[i] : e[i]))
    expectClose(selected, expected)
    expectClose(again, expected)
    expectClose(before, Array(8).fill(7))
    expectClose(after, Array(8).fill(7))
  })

  it('select floats, integers, and rows', () => {
    const c = tf.tensor1d([1, 0, 1, 0, 0, 1, 1], 'bool')
    const a = tf.tensor1d([1, 2, 3, 4, 5, 6, 7])
    expectClose(tf.where(c, a, tf.neg(a)), [1, -2, 3, -4, -5, 6, 7])
    const i = tf.cast(a, 'int32')
    const selected = tf.where(c, i, tf.neg(i))
    expect(selected.dtype).toBe('int32')
    expectClose(selected, [1, -2, 3, -4, -5, 6, 7])
    const rows = tf.engine().runKernel('Select', {
      condition: tf.tensor1d([0, 1], 'bool'),
      t: tf.ones([2, 3]),
      e: tf.zeros([2, 3]),
    }) as tf.Tensor
    expectClose(rows, [0, 0, 0, 1, 1, 1])
    expectClose(tf.where(tf.tensor1d([1, 0], 'bool'), Number.NEGATIVE_INFINITY, 3), [-Infinity, 3])
  })

  it('clip integers as integers, and keep NaN', () => {
    const clipped = tf.clipByValue(tf.tensor1d([-9, 0, 1, 9, 2], 'int32'), -2, 3)
    expectClose(clipped, [-2, 0, 1, 3, 2])
    expect(clipped.dtype).toBe('int32')
    expectClose(tf.clipByValue(tf.tensor1d([nan, -9, 9, 0.5, nan]), -1, 1), [nan, -1, 1, 0.5, nan])
    expectClose(tf.relu6(tf.tensor1d([nan, -9, 9, 0.5, nan])), [nan, 0, 6, 0.5, nan])
  })

  it('broadcast the slopes of PReLU', () => {
    const x: tf.Tensor = tf.tensor2d([-1, 2, -3, -4, 5, -6], [2, 3])
    expectClose(tf.prelu(x, tf.tensor1d([1, 2, 3])), [-1, 2, -9, -4, 5, -18])
    expectClose(tf.prelu(x, tf.tensor2d([10, 100], [2, 1])), [-10, 2, -30, -400, 5, -600])
    expectClose(tf.prelu(x, tf.scalar(0.5)), [-0.5, 2, -1.5, -2, 5, -3])
  })
})
