import { disposeModel, type Encoder } from '@chiaro/core'
import { key } from '@chiaro/random'
import { describeBackends, expectClose, normalValues, parameterSlopes } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type PooledTextEncoderOptions, pooledTextEncoder } from './pooled-text-encoder.ts'

const linear: PooledTextEncoderOptions = { vocabularySize: 7, embeddingDimension: 4 }
const ids = () => tf.tensor2d([1, 2, 0, 6, 6, 3, 0, 0, 0], [3, 3], 'int32')

function using(encoder: Encoder, body: (encoder: Encoder) => void): void {
  try {
    body(encoder)
  } finally {
    disposeModel(encoder)
  }
}

describeBackends('pooledTextEncoder', () => {
  it("is the sum of its tokens' rows, 0 for padding alone", () => {
    using(pooledTextEncoder(linear, key(1)), encoder => {
      const table = encoder.parameters['embedding/table'].dataSync()
      const sum = (tokens: number[]) =>
        [0, 1, 2, 3].map(d => tokens.reduce((s, token) => s + table[token * 4 + d], 0))
      expectClose(encoder.embed(ids()), [...sum([1, 2]), ...sum([6, 6, 3]), 0, 0, 0, 0])
    })
  })

  it('does not change with more padding, and takes (id, weight) pairs', () => {
    using(pooledTextEncoder({ ...linear, hidden: 5 }, key(2)), encoder => {
      const y = encoder.embed(ids())
      const padded = tf.concat([ids(), tf.zeros([3, 4], 'int32')], 1)
      expectClose(encoder.embed(padded), y)
      const cast = tf.cast(ids(), 'float32')
      const pairs = tf.stack([cast, tf.cast(tf.notEqual(cast, 0), 'float32')], 2)
      expectClose(encoder.embed(pairs), y)
    })
    using(pooledTextEncoder(linear, key(2)), encoder => {
      const weighted = encoder.embed(tf.tensor3d([1, 0.5, 2, -2], [1, 2, 2]))
      const rows = tf.gather(encoder.parameters['embedding/table'], tf.tensor1d([1, 2], 'int32'))
      expectClose(weighted, tf.matMul(tf.tensor2d([[0.5, -2]]), rows as tf.Tensor2D))
    })
  })

  it('names its parameters, and draws them from its key', () => {
    using(pooledTextEncoder({ ...linear, hidden: 5 }, key(3)), a =>
      using(pooledTextEncoder({ ...linear, hidden: 5 }, key(3)), b => {
        const names = ['embedding/table', 'hidden/kernel', 'hidden/bias', 'output/kernel', 'output/bias']
        expect(Object.keys(a.parameters)).toEqual(names)
        expect(a.buffers).toEqual({})
        for (const name of names) expect(b.parameters[name].dataSync()).toEqual(a.parameters[name].dataSync())
      }),
    )
  })

  it.each([0, 5])('has the slopes of finite differences, hidden %i', hidden => {
    using(pooledTextEncoder({ ...linear, hidden }, key(4)), encoder => {
      // Units wholly above and wholly below zero: differences must not step across a ReLU's corner.
      if (hidden > 0) encoder.parameters['hidden/bias'].assign(tf.tensor1d([6, -6, 6, 6, -6]))
      const weights = tf.tensor2d(normalValues(5, 12), [3, 4])
      const x = ids()
      const loss = () => tf.sum(tf.mul(weights, encoder.embed(x))) as tf.Scalar
      for (const { name, exact, numerical } of parameterSlopes(loss, encoder.parameters)) {
        expectClose(exact, numerical, { absolute: 2e-3, relative: 1e-2, what: name })
      }
    })
  })

  it('drops tokens by its key alone, keeping the mean', () => {
    using(pooledTextEncoder({ ...linear, tokenDropout: 0.25 }, key(5)), encoder => {
      const x = tf.fill([4000, 1], 1, 'int32')
      const at = (seed: number) => encoder.embed(x, { training: true, key: key(seed) })
      expect(at(1).dataSync()).toEqual(at(1).dataSync())
      expect(at(1).dataSync()).not.toEqual(at(2).dataSync())
      // A share's standard error is √(p(1 − p)/n); kept rows are 4/3 of the whole.
      const share = tf.div(tf.mean(at(1), 0), tf.mean(encoder.embed(x), 0)).dataSync()
      for (const ratio of share) expect(Math.abs(ratio - 1)).toBeLessThan(4 * Math.sqrt(0.25 / 0.75 / 4000))
      expect(() => encoder.embed(x, { training: true })).toThrow(/key must be a RandomKey/)
    })
  })

  it('names what does not fit', () => {
    using(pooledTextEncoder(linear, key(1)), encoder => {
      for (const x of [tf.zeros([2, 3]), tf.zeros([3], 'int32'), tf.zeros([2, 3, 3])]) {
        expect(() => encoder.embed(x)).toThrow(TypeError)
      }
    })
    expect(() => pooledTextEncoder({ ...linear, vocabularySize: 0 }, key(1))).toThrow(
      /vocabularySize must be an integer from 1/,
    )
    expect(() => pooledTextEncoder({ ...linear, tokenDropout: 1 }, key(1))).toThrow(RangeError)
  })

  it('keeps memory flat over 200 steps of training', () => {
    using(pooledTextEncoder({ ...linear, hidden: 3, tokenDropout: 0.1 }, key(1)), encoder => {
      const x = ids()
      const optimizer = tf.train.sgd(0.01)
      const step = (seed: number) =>
        optimizer.minimize(
          () => tf.mean(tf.square(encoder.embed(x, { training: true, key: key(seed) }))) as tf.Scalar,
        )
      step(0)
      const before = tf.memory()
      for (let i = 1; i <= 200; i++) step(i)
      expect(tf.memory().numTensors).toBe(before.numTensors)
      expect(tf.memory().numBytes).toBe(before.numBytes)
      optimizer.dispose()
    })
  })
})
