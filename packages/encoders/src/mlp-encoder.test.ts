import { disposeModel } from '@chiaro/core'
import { key } from '@chiaro/random'
import { describeBackends, expectClose, normalValues, parameterSlopes } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { mlpEncoder } from './mlp-encoder.ts'

describeBackends('mlpEncoder', () => {
  it('is relu of x·kernel + bias, layer by layer', () => {
    const encoder = mlpEncoder({ inputDimension: 2, widths: [3, 2] }, key(1))
    const { parameters } = encoder
    expect(Object.keys(parameters)).toEqual(['layer1/kernel', 'layer1/bias', 'layer2/kernel', 'layer2/bias'])
    parameters['layer1/kernel'].assign(tf.tensor2d([1, -1, 2, 0, 1, -2], [2, 3]))
    parameters['layer1/bias'].assign(tf.tensor1d([0, 1, -1]))
    parameters['layer2/kernel'].assign(tf.tensor2d([1, 0, 0, 1, 1, -1], [3, 2]))
    parameters['layer2/bias'].assign(tf.tensor1d([0.5, 0]))
    // [3, 1]: hidden relu [3, −3 + 1 + 1, 6 − 2 − 1] = [3, 0, 3]; out [3 + 3 + 0.5, −3].
    expectClose(encoder.embed(tf.tensor2d([[3, 1]])), tf.tensor2d([[6.5, 0]]))
    disposeModel(encoder)
  })

  it('has the slopes of finite differences, with batch norm', () => {
    const encoder = mlpEncoder({ inputDimension: 3, widths: [4], norm: 'batch' }, key(2))
    // Away from the corners of the ReLU.
    encoder.parameters['norm1/offset'].assign(tf.tensor1d([6, -6, 6, 6]))
    const x = tf.tensor2d(normalValues(1, 15), [5, 3])
    const weights = tf.tensor2d(normalValues(3, 20), [5, 4])
    const loss = () => tf.sum(tf.mul(weights, encoder.embed(x, { training: true }))) as tf.Scalar
    for (const { name, exact, numerical } of parameterSlopes(loss, encoder.parameters)) {
      expectClose(exact, numerical, { absolute: 4e-3, relative: 1e-2, what: name })
    }
    disposeModel(encoder)
  })

  it('names what does not fit', () => {
    expect(() => mlpEncoder({ inputDimension: 2, widths: [] }, key(1))).toThrow(/widths/)
    expect(() => mlpEncoder({ inputDimension: 2, widths: [4, 0] }, key(1))).toThrow(/widths\[1\] must be/)
    const encoder = mlpEncoder({ inputDimension: 2, widths: [4] }, key(1))
    expect(() => encoder.embed(tf.zeros([1, 3]))).toThrow(/x must be float32 \[batch, 2\]/)
    disposeModel(encoder)
  })
})
