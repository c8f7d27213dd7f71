import '@chiaro/ops'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import { maxima } from '@chiaro/test-kit/oracles/windows'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'

const settings = [
  { shape: [2, 5, 6, 3], window: [2, 2], stride: 2, pad: 'valid' },
  { shape: [1, 7, 5, 4], window: [3, 3], stride: 2, pad: 'same' },
  { shape: [2, 4, 9, 9], window: [3, 2], stride: 1, pad: 'same' },
] as const

const shifts = { 'mixed signs': 0, 'all negative': -9 }

/** Values shifted to one side of 0: tfjs's maxima start at the smallest positive number. */
function values(shape: readonly number[], shift: number): Float32Array {
  return normalValues(
    5,
    shape.reduce((a, b) => a * b),
  ).map(value => value + shift)
}

describe('the oracle', () => {
  it('finds 3 in [[1, 3], [2, 0]], where there is only one window', () => {
    const picture = { depth: 1, height: 2, width: 2, channels: 1, batch: 1 }
    const found = maxima([1, 3, 2, 0], picture, { window: [1, 2, 2], stride: 2, pad: 'valid' })
    expect(found.indices).toEqual([1])
    expect(found.values).toEqual([3])
  })
})

describeBackends('maxima over windows', backend => {
  // tfjs's cpu backend has the gradient of maxPool3d wrong where a window's height and width differ.
  const box: [number, number, number] = backend === 'cpu' ? [3, 2, 2] : [2, 3, 2]
  describe.each(Object.entries(shifts))('%s', (_, shift) => {
    it.each(settings)('maxPool and its gradient, $shape, window $window, stride $stride, $pad', setting => {
      const { shape, window, stride, pad } = setting
      const [batch, height, width, channels] = shape
      const x = values(shape, shift)
      const expected = maxima(
        x,
        { batch, depth: 1, height, width, channels },
        { window: [1, ...window], stride, pad },
      )
      const input = tf.tensor(x, [...shape]) as tf.Tensor4D
      const pool = (t: tf.Tensor) => tf.maxPool(t as tf.Tensor4D, [...window], stride, pad)
      const y = pool(input)
      expectClose(y, expected.values)
      const dy = normalValues(6, y.size)
      const dx = new Float64Array(x.length)
      expected.indices.forEach((index, i) => {
        dx[index] += dy[i]
      })
      expectClose(tf.grad(pool)(input, tf.tensor(dy, y.shape) as tf.Tensor4D), dx)
      const { result, indexes } = tf.maxPoolWithArgmax(input, [...window], stride, pad, true)
      expectClose(result, expected.values)
      expectClose(indexes, expected.indices)
      const inBatch = tf.maxPoolWithArgmax(input, [...window], stride, pad).indexes
      expectClose(
        inBatch,
        expected.indices.map(index => index % (x.length / batch)),
      )
    })

    it.each(['valid', 'same'] as const)('maxPool3d and its gradient, %s', pad => {
      const shape: [number, number, number, number, number] = [2, 3, 5, 4, 5]
      const [batch, depth, height, width, channels] = shape
      const x = values(shape, shift)
      const expected = maxima(x, { batch, depth, height, width, channels }, { window: box, stride: 2, pad })
      const input = tf.tensor5d(x, shape)
      const pool = (t: tf.Tensor) => tf.maxPool3d(t as tf.Tensor5D, box, 2, pad)
      const y = pool(input)
      expectClose(y, expected.values)
      const dy = normalValues(6, y.size)
      const dx = new Float64Array(x.length)
      expected.indices.forEach((index, i) => {
        dx[index] += dy[i]
      })
      expectClose(tf.grad(pool)(input, tf.tensor(dy, y.shape) as tf.Tensor5D), dx)
    })
  })

  it('gives the gradient of equal elements to the first', () => {
    const gradient = tf.grad(x => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'))
    expectClose(gradient(tf.fill([1, 2, 2, 1], -1)), [1, 0, 0, 0])
  })
})
