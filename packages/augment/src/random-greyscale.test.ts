import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { randomGreyscale } from './random-greyscale.ts'

const values = uniformValues(1, 2 * 3 * 4 * 3)
const pictures = () => tf.tensor4d(values, [2, 3, 4, 3])

describeBackends('randomGreyscale', () => {
  it('gives all channels the luma, which keeps greys', () => {
    const expected = Array.from(values, (_, i) => {
      const at = i - (i % 3)
      return 0.2989 * values[at] + 0.587 * values[at + 1] + 0.114 * values[at + 2]
    })
    expectClose(randomGreyscale(1)(key(1), pictures()), expected)
    const grey = tf.fill([1, 2, 2, 3], 0.4) as tf.Tensor4D
    expectClose(randomGreyscale(1)(key(1), grey), grey, { absolute: 1.01e-4, relative: 0 })
  })

  it('is the same, for the same key, where a gradient is recorded, and has one', () => {
    const view = randomGreyscale(0.5)
    const weights = tf.tensor4d(uniformValues(2, values.length), [2, 3, 4, 3])
    for (const seed of [1, 2, 3, 4]) {
      const f = (x: tf.Tensor) => tf.sum(tf.mul(weights, view(key(seed), x as tf.Tensor4D)))
      const { value, grad } = tf.valueAndGrad(f)(pictures())
      expectClose(value, f(pictures()), { relative: 1e-6 })
      // Linear: the value is the gradient's product with the pictures.
      expectClose(tf.sum(tf.mul(grad, pictures())), value, { relative: 1e-5 })
    }
  })

  it('chooses picture by picture, by its key alone', () => {
    const many = tf.tile(tf.tensor4d([1, 0, 0], [1, 1, 1, 3]), [600, 1, 1, 1])
    const grey = (seed: number) => {
      const green = tf.slice(randomGreyscale()(key(seed), many), [0, 0, 0, 1], [-1, -1, -1, 1])
      return Array.from(green.dataSync(), value => value > 0)
    }
    expect(grey(1)).toEqual(grey(1))
    expect(grey(1)).not.toEqual(grey(2))
    // Binomial(600, 0.2): standard deviation √96 < 10.
    expect(Math.abs(grey(1).filter(Boolean).length - 120)).toBeLessThan(40)
  })

  it('is the pictures themselves at 0, knows one channel and three, leaks nothing', () => {
    expectClose(randomGreyscale(0)(key(1), pictures()), values, { absolute: 0, relative: 0 })
    const one = tf.ones([1, 2, 2, 1]) as tf.Tensor4D
    expectClose(randomGreyscale(1)(key(1), one), one, { absolute: 0, relative: 0 })
    expect(() => randomGreyscale(1)(key(1), tf.zeros([1, 2, 2, 4]))).toThrow(
      /channels of batch must be 1 or 3/,
    )
    expect(() => randomGreyscale(-0.1)).toThrow(/probability must be a number from 0 to 1, got -0.1/)
    const x = pictures()
    expectNoLeak(() => randomGreyscale(0.5)(key(1), x))
  })
})
