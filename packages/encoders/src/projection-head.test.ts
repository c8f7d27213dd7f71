import { disposeModel } from '@chiaro/core'
import { key } from '@chiaro/random'
import { describeBackends, expectClose, normalValues, parameterSlopes } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { expect, it } from 'vitest'
import { fromFunction, fromLayersModel } from './from-layers-model.ts'
import { pooledTextEncoder } from './pooled-text-encoder.ts'
import { projectionHead, withHead } from './projection-head.ts'

describeBackends('projectionHead', () => {
  it.each(['batch', 'none'] as const)(
    'has the slopes of finite differences behind an encoder, norm %s',
    norm => {
      const encoder = pooledTextEncoder({ vocabularySize: 6, embeddingDimension: 3 }, key(1))
      const head = projectionHead({ inputDimension: 3, hiddenDimension: 4, outputDimension: 2, norm }, key(2))
      const both = withHead(encoder, head)
      const corner = head.parameters[norm === 'batch' ? 'norm1/offset' : 'layer1/bias']
      corner.assign(tf.tensor1d([6, -6, 6, 6]))
      const x = tf.tensor2d([1, 2, 3, 4, 5, 0, 2, 5], [4, 2], 'int32')
      const weights = tf.tensor2d(normalValues(3, 8), [4, 2])
      const loss = () => tf.sum(tf.mul(weights, both.embed(x, { training: true }))) as tf.Scalar
      expect(Object.keys(both.parameters)).toContain('encoder/embedding/table')
      expect(Object.keys(both.parameters)).toContain('head/layer2/kernel')
      for (const { name, exact, numerical } of parameterSlopes(loss, both.parameters)) {
        expectClose(exact, numerical, { absolute: 4e-3, relative: 1e-2, what: name })
      }
      expectClose(both.embed(x), head.project(encoder.embed(x)))
      disposeModel(both)
    },
  )

  it('names what does not fit', () => {
    const sizes = { inputDimension: 3, hiddenDimension: 4, outputDimension: 2 }
    expect(() => projectionHead({ ...sizes, layers: 0 }, key(1))).toThrow(
      /layers must be an integer of at least 1/,
    )
    const head = projectionHead({ ...sizes, layers: 1 }, key(1))
    expect(Object.keys(head.parameters)).toEqual(['layer1/kernel', 'layer1/bias'])
    expect(() => head.project(tf.zeros([1, 2]))).toThrow(/x must be float32 \[batch, 3\]/)
    disposeModel(head)
  })
})

describeBackends('adapters', () => {
  it('make an encoder of a layers model, sharing its variables', () => {
    const model = layers.sequential()
    model.add(layers.layers.dense({ units: 4, activation: 'relu', inputShape: [3] }))
    model.add(layers.layers.batchNormalization())
    model.add(layers.layers.dense({ units: 2 }))
    const encoder = fromLayersModel(model)
    expect(Object.keys(encoder.parameters).length).toBe(6)
    expect(Object.keys(encoder.buffers).length).toBe(2)
    const x = tf.tensor2d(normalValues(1, 15), [5, 3])
    expectClose(encoder.embed(x), model.predict(x) as tf.Tensor)
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.square(encoder.embed(x, { training: true }))) as tf.Scalar,
      Object.values(encoder.parameters),
    )
    expect(Object.keys(grads).length).toBe(6)
    model.dispose()
  })

  it('make an encoder of a function', () => {
    const encoder = fromFunction({ embed: x => tf.reshape(x, [x.shape[0], -1]) })
    expect(encoder.embed(tf.zeros([2, 3, 4])).shape).toEqual([2, 12])
    const wrong = fromFunction({ embed: x => x })
    expect(() => wrong.embed(tf.zeros([2, 3, 4]))).toThrow(TypeError)
  })
})
