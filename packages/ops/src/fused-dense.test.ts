import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import './gradients/register-gradients.ts'
import { type DenseActivation, fusedDense } from './fused-dense.ts'

/** y and the gradients of Σ dy·y, in float64 loops written from the equation. */
function reference(
  [n, i, o]: readonly number[],
  [x, kernel, bias, dy]: readonly (readonly number[])[],
  relu: boolean,
) {
  const y = Array.from({ length: n * o }, (_, at) => {
    const [row, column] = [Math.floor(at / o), at % o]
    let sum = bias[column]
    for (let k = 0; k < i; k++) sum += x[row * i + k] * kernel[k * o + column]
    return relu ? Math.max(0, sum) : sum
  })
  const [dx, dkernel, dbias] = [n * i, i * o, o].map(size => new Array<number>(size).fill(0))
  y.forEach((value, at) => {
    if (relu && value === 0) return
    const [row, column] = [Math.floor(at / o), at % o]
    dbias[column] += dy[at]
    for (let k = 0; k < i; k++) {
      dx[row * i + k] += dy[at] * kernel[k * o + column]
      dkernel[k * o + column] += dy[at] * x[row * i + k]
    }
  })
  return { y, gradients: [dx, dkernel, dbias] }
}

describeBackends('fusedDense', () => {
  it.each([
    [1, 1, 1],
    [5, 3, 7],
    [66, 17, 9],
    [130, 64, 33],
    [0, 3, 2],
    [3, 0, 2],
  ])('equals float64 loops for [%i, %i] to %i, forward and backward', (n, i, o) => {
    const values = [n * i, i * o, o, n * o].map((size, seed) =>
      Array.from(normalValues(seed, size), Math.fround),
    )
    const [x, kernel] = [tf.tensor2d(values[0], [n, i]), tf.tensor2d(values[1], [i, o])]
    const [bias, dy] = [tf.tensor1d(values[2]), tf.tensor2d(values[3], [n, o])]
    for (const activation of ['linear', 'relu'] as const) {
      const expected = reference([n, i, o], values, activation === 'relu')
      const f = (...[a, b, c]: tf.Tensor[]) =>
        fusedDense(a as tf.Tensor2D, b as tf.Tensor2D, c as tf.Tensor1D, { activation })
      expectClose(f(x, kernel, bias), expected.y, { absolute: 2e-5 })
      tf.grads(f)([x, kernel, bias], dy).forEach((gradient, at) => {
        expectClose(gradient, expected.gradients[at], { absolute: 5e-5 })
      })
    }
  })

  it('has second derivatives, and a gradient where only some inputs vary', () => {
    const [x, kernel, bias] = [tf.tensor2d([[0.5, -1]]), tf.tensor2d([[2], [3]]), tf.tensor1d([4])]
    // y = (2·x₀ + 3·x₁ + 4)², whose curvature along x is 2·k·kᵀ.
    const square = (a: tf.Tensor) => tf.sum(tf.square(fusedDense(a as tf.Tensor2D, kernel, bias)))
    const along = (a: tf.Tensor) => tf.sum(tf.mul(tf.grad(square)(a), tf.tensor2d([[1, 0]])))
    expectClose(tf.grad(along)(x), [8, 12], { absolute: 1e-5 })
    expectClose(tf.grad(b => fusedDense(x, kernel, b as tf.Tensor1D))(bias), [1], { absolute: 0 })
  })

  it('leaks nothing and names what does not fit', () => {
    const [x, kernel, bias] = [tf.ones([4, 3]), tf.ones([3, 2]), tf.zeros([2])] as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor1D,
    ]
    expectNoLeak(() => fusedDense(x, kernel, bias))
    expectNoLeak(() => tf.grad(a => fusedDense(a as tf.Tensor2D, kernel, bias, { activation: 'relu' }))(x))
    expectNoLeak(() => tf.grad(k => fusedDense(x, k as tf.Tensor2D, bias))(kernel))
    expect(() => fusedDense(x, tf.ones([4, 2]), bias)).toThrow(
      /kernel must be float32 \[3, o\], got float32 \[4, 2\]/,
    )
    expect(() => fusedDense(x, kernel, tf.zeros([3]))).toThrow(
      /bias must be float32 \[2\], got float32 \[3\]/,
    )
    expect(() => fusedDense(tf.ones([4, 3], 'int32'), kernel, bias)).toThrow(
      /x must be float32 \[n, i\], got int32/,
    )
    const activation = 'tanh' as DenseActivation
    expect(() => fusedDense(x, kernel, bias, { activation })).toThrow(/activation must be 'linear' or 'relu'/)
  })
})
