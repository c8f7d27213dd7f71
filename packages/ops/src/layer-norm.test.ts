import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import './gradients/register-gradients.ts'
import { layerNorm } from './layer-norm.ts'

/** The equation, in float64. */
function reference(x: ArrayLike<number>, scale: ArrayLike<number>, offset: ArrayLike<number>): Float64Array {
  const c = scale.length
  const y = new Float64Array(x.length)
  for (let row = 0; row < x.length; row += c) {
    let mean = 0
    let variance = 0
    for (let i = 0; i < c; i++) mean += x[row + i] / c
    for (let i = 0; i < c; i++) variance += (x[row + i] - mean) ** 2 / c
    for (let i = 0; i < c; i++) {
      y[row + i] = ((x[row + i] - mean) / Math.sqrt(variance + 1e-5)) * scale[i] + offset[i]
    }
  }
  return y
}

describeBackends('layerNorm', () => {
  it.each([[[3, 5]], [[2, 3, 8]], [[1, 2]]])('equals its equation and its derivative on [%s]', shape => {
    const size = tf.util.sizeFromShape(shape)
    const x = normalValues(1, size).map(value => value + 10)
    const [scale, offset] = [2, 3].map(seed => normalValues(seed, shape[shape.length - 1]))
    const dy = normalValues(4, size)
    const tensors = [tf.tensor(x, shape), tf.tensor1d(scale), tf.tensor1d(offset)]
    const f = (a: tf.Tensor, s: tf.Tensor, o: tf.Tensor) => layerNorm(a, s as tf.Tensor1D, o as tf.Tensor1D)
    const y = f(tensors[0], tensors[1], tensors[2])
    expect(y.shape).toEqual(shape)
    expectClose(y, reference(x, scale, offset), { absolute: 2e-5, relative: 1e-4 })
    const gradients = tf.grads(f)(tensors, tf.tensor(dy, shape))
    const numerical = numericalGradient(
      (a, s, o) => reference(a, s, o).reduce((sum, value, i) => sum + value * dy[i], 0),
      [x, scale, offset],
      { eps: 1e-5 },
    )
    for (const [i, values] of numerical.entries()) {
      expectClose(gradients[i], values, { absolute: 1e-4, relative: 1e-3 })
    }
  })

  it('has second derivatives', () => {
    const [x, w, v] = [5, 6, 7].map(seed => tf.tensor2d(normalValues(seed, 12), [3, 4]))
    const scale = tf.tensor1d([1, 2, 0.5, -1])
    const offset = tf.zeros([4]) as tf.Tensor1D
    const first = (at: tf.Tensor) => tf.grad(a => tf.sum(tf.mul(w, layerNorm(a, scale, offset))))(at)
    const second = tf.grad(a => tf.sum(tf.mul(first(a), v)))(x)
    const h = 1e-2
    const along = tf.div(tf.sub(first(tf.add(x, tf.mul(v, h))), first(tf.sub(x, tf.mul(v, h)))), 2 * h)
    expectClose(second, Float64Array.from(along.dataSync()), { absolute: 5e-3, relative: 2e-2 })
  })

  it('leaks nothing, and names what does not fit', () => {
    const x = tf.ones([4, 3])
    const scale = tf.ones([3]) as tf.Tensor1D
    expectNoLeak(() => {
      tf.tidy(() => {
        tf.grad(a => layerNorm(a, scale, scale))(x)
      })
    })
    expectNoLeak(() => layerNorm(x, scale, scale))
    expect(() => layerNorm(x, tf.ones([2]), scale)).toThrow(/scale must be float32 \[3\], got float32 \[2\]/)
    expect(() => layerNorm(tf.ones([3]), scale, scale)).toThrow(TypeError)
    const none = tf.zeros([0]) as tf.Tensor1D
    expect(() => layerNorm(tf.zeros([2, 0]), none, none)).toThrow(/x must be of at least one channel/)
  })
})
