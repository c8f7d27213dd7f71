import { disposeModel, type Encoder } from '@chiaro/core'
import { key } from '@chiaro/random'
import { describeBackends, expectClose, normalValues, parameterSlopes, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type TransformerTextEncoderOptions, transformerTextEncoder } from './transformer-text-encoder.ts'
import { type VitEncoderOptions, vitEncoder } from './vit-encoder.ts'

const sizes = { width: 6, depth: 2, heads: 2, mlpRatio: 2, embeddingDimension: 3 }
const vision: VitEncoderOptions = { ...sizes, inputShape: [4, 6, 1], patchSize: 2 }
const text: TransformerTextEncoderOptions = { ...sizes, vocabularySize: 8, contextLength: 7 }
const pictures = (batch = 3) => tf.tensor4d(uniformValues(1, batch * 24), [batch, 4, 6, 1])
const ids = () => tf.tensor2d([1, 2, 0, 7, 6, 3, 0, 0, 0], [3, 3], 'int32')

function using(encoder: Encoder, body: (encoder: Encoder) => void): void {
  try {
    body(encoder)
  } finally {
    disposeModel(encoder)
  }
}

function expectSlopes(encoder: Encoder, x: tf.Tensor): void {
  const weights = tf.tensor2d(normalValues(5, 9), [3, 3])
  const loss = () => tf.sum(tf.mul(weights, encoder.embed(x, { training: true }))) as tf.Scalar
  for (const { name, exact, numerical } of parameterSlopes(loss, encoder.parameters)) {
    expectClose(exact, numerical, { absolute: 4e-3, relative: 1e-2, what: name })
  }
}

describeBackends('vitEncoder', () => {
  it.each(['mean', 'class'] as const)('has the slopes of finite differences, pooling %s', pooling => {
    using(vitEncoder({ ...vision, pooling }, key(1)), encoder => {
      expect(encoder.embed(pictures()).shape).toEqual([3, 3])
      expect(Object.keys(encoder.parameters)).toContain('block2/attention/query/kernel')
      expectSlopes(encoder, pictures())
    })
  })

  it('cuts pictures into the patches it says', () => {
    using(vitEncoder(vision, key(1)), encoder => {
      // Without positions the mean over tokens does not see the order of whole patches, but that of pixels.
      encoder.parameters.position.assign(tf.zeros([1, 6, 6]))
      const x = pictures(1)
      const [left, right] = tf.split(x, [2, 4], 2)
      const y = encoder.embed(x)
      expectClose(encoder.embed(tf.concat([right, left], 2)), y, { absolute: 2e-6, relative: 1e-4 })
      const shifted = tf.concat(
        [tf.slice(x, [0, 0, 1, 0], [1, 4, 5, 1]), tf.slice(x, [0, 0, 0, 0], [1, 4, 1, 1])],
        2,
      )
      const moved = tf.max(tf.abs(tf.sub(encoder.embed(shifted), y))).dataSync()[0]
      expect(moved).toBeGreaterThan(1e-3)
    })
  })

  it('drops by its key alone, and names what does not fit', () => {
    using(vitEncoder({ ...vision, dropout: 0.5 }, key(1)), encoder => {
      const at = (seed: number) => encoder.embed(pictures(), { training: true, key: key(seed) }).dataSync()
      expect(at(1)).toEqual(at(1))
      expect(at(1)).not.toEqual(at(2))
      expect(() => encoder.embed(pictures(), { training: true })).toThrow(/key must be a RandomKey/)
      expect(() => encoder.embed(tf.zeros([1, 6, 4, 1]))).toThrow(/float32 \[batch, 4, 6, 1\]/)
    })
    expect(() => vitEncoder({ ...vision, heads: 4 }, key(1))).toThrow(/heads must be a divisor of width 6/)
    expect(() => vitEncoder({ ...vision, patchSize: 3 }, key(1))).toThrow(/patchSize must be a divisor/)
  })
})

describeBackends('transformerTextEncoder', () => {
  it.each([
    ['mean', false],
    ['last', true],
  ] as const)('has the slopes of finite differences, %s, causal %s', (pooling, causal) => {
    using(transformerTextEncoder({ ...text, pooling, causal }, key(2)), encoder => {
      // Values of order 1: the first layer norm bends too much within a step beside small ones.
      for (const name of ['embedding/table', 'position']) {
        encoder.parameters[name].assign(tf.mul(encoder.parameters[name], 10))
      }
      expectSlopes(encoder, ids())
    })
  })

  it.each(['mean', 'last'] as const)('sees no padding: %s', pooling => {
    using(transformerTextEncoder({ ...text, pooling }, key(3)), encoder => {
      const y = encoder.embed(ids())
      const padded = tf.concat([ids(), tf.zeros([3, 4], 'int32')], 1)
      expectClose(encoder.embed(padded), y, { absolute: 1e-6, relative: 1e-5 })
      expectClose(tf.slice(y, [2, 0]), [0, 0, 0])
      // Whatever padding's row of the table holds.
      encoder.parameters['embedding/table'].assign(
        tf.concat([tf.fill([1, 6], 1e6), tf.slice(encoder.parameters['embedding/table'], [1, 0])]),
      )
      expectClose(encoder.embed(ids()), y, { absolute: 1e-6, relative: 1e-5 })
    })
  })

  it('looks back only, when causal', () => {
    const change = (causal: boolean) => {
      let difference = 0
      using(transformerTextEncoder({ ...text, causal, depth: 1 }, key(4)), encoder => {
        // The mean over tokens times their count, less the last token, is what the earlier ones say.
        const sum = (tokens: number[]) => {
          const x = tf.tensor2d([tokens], undefined, 'int32')
          const mean = tf.mul(encoder.embed(x), tokens.length)
          return tf.sub(mean, lastOf(encoder.parameters, tokens, causal)).dataSync()
        }
        const [a, b] = [sum([1, 2, 3]), sum([1, 2, 7])]
        difference = Math.max(...a.map((value, i) => Math.abs(value - b[i])))
      })
      return difference
    }
    expect(change(true)).toBeLessThan(1e-4)
    expect(change(false)).toBeGreaterThan(1e-3)
  })

  it('names what does not fit', () => {
    using(transformerTextEncoder(text, key(1)), encoder => {
      expect(() => encoder.embed(tf.zeros([1, 8], 'int32'))).toThrow(
        /length of x must be an integer from 1 to 7, got 8/,
      )
      expect(() => encoder.embed(tf.zeros([1, 3]))).toThrow(TypeError)
    })
    expect(() => transformerTextEncoder({ ...text, depth: 0 }, key(1))).toThrow(RangeError)
  })

  it('keeps memory flat over 200 steps of training', () => {
    using(transformerTextEncoder({ ...text, depth: 1, dropout: 0.1, causal: true }, key(1)), encoder => {
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

/** What the last token alone says: an encoder of the same values that pools the last. */
function lastOf(parameters: Encoder['parameters'], tokens: number[], causal: boolean): tf.Tensor {
  const twin = transformerTextEncoder({ ...text, causal, depth: 1, pooling: 'last' }, key(4))
  for (const [name, variable] of Object.entries(parameters)) twin.parameters[name].assign(variable)
  const y = twin.embed(tf.tensor2d([tokens], undefined, 'int32'))
  disposeModel(twin)
  return y
}
