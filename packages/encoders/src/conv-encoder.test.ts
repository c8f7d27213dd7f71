import { countParameters, disposeModel, type Encoder } from '@chiaro/core'
import { key } from '@chiaro/random'
import { describeBackends, expectClose, normalValues, parameterSlopes, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type ConvEncoderOptions, convEncoder } from './conv-encoder.ts'

const plain: ConvEncoderOptions = {
  inputShape: [5, 6, 2],
  stages: [[{ kernel: 3, width: 3, stride: 2 }], [{ kernel: 1, width: 4, stride: 1 }]],
  embeddingDimension: 3,
}
const residual: ConvEncoderOptions = {
  ...plain,
  residual: true,
  stages: [
    [
      { kernel: 3, width: 2, stride: 1 },
      { kernel: 3, width: 2, stride: 1 },
    ],
    [{ kernel: 3, width: 4, stride: 2 }],
  ],
  pooling: 'average',
}

const pictures = (seed: number, batch = 4) => tf.tensor4d(uniformValues(seed, batch * 60), [batch, 5, 6, 2])

function using(encoder: Encoder, body: (encoder: Encoder) => void): void {
  try {
    body(encoder)
  } finally {
    disposeModel(encoder)
  }
}

describeBackends('convEncoder', () => {
  it('without a last layer gives the means of windows that cover the last map', () => {
    const { embeddingDimension: _, ...headless } = plain
    const flat = convEncoder({ ...headless, stages: [[{ kernel: 1, width: 2, stride: 1 }]] }, key(3))
    const pooled = convEncoder(
      { ...headless, stages: [[{ kernel: 1, width: 2, stride: 1 }]], pooling: { grid: 2 } },
      key(3),
    )
    const x = pictures(4, 1)
    const map = flat.embed(x)
    const means = pooled.embed(x)
    expect(means.shape).toEqual([1, 8])
    const value = map.dataSync()
    // Of 5 rows and 6 columns: rows 0–2 and 2–4, columns 0–2 and 3–5.
    const expected = [0, 2].flatMap(top =>
      [0, 3].flatMap(left =>
        [0, 1].map(channel => {
          let sum = 0
          for (let i = 0; i < 3; i++)
            for (let j = 0; j < 3; j++) sum += value[((top + i) * 6 + left + j) * 2 + channel]
          return sum / 9
        }),
      ),
    )
    expectClose(means, expected, { absolute: 1e-6, relative: 1e-5 })
    expect(() => convEncoder({ ...headless, pooling: { grid: 4 } }, key(1))).toThrow('pooling.grid')
    tf.dispose([x, map, means])
    disposeModel(flat)
    disposeModel(pooled)
  })

  it('looks at pictures of further sizes by the same weights, and at no other', () => {
    for (const pooling of ['average', { grid: 2 }] as const) {
      const { embeddingDimension: _, ...headless } = { ...plain, pooling }
      const both = convEncoder({ ...headless, moreSizes: [[8, 4]] }, key(3))
      const alone = convEncoder({ ...headless, inputShape: [8, 4, 2] }, key(3))
      using(both, encoder =>
        using(alone, other => {
          const x = tf.tensor4d(uniformValues(4, 2 * 64), [2, 8, 4, 2])
          expectClose(encoder.embed(x), other.embed(x), { absolute: 0, relative: 0 })
          expect(encoder.embed(pictures(1)).shape).toEqual(encoder.embed(x).shape.with(0, 4))
          expect(() => encoder.embed(tf.zeros([1, 4, 8, 2]))).toThrow(/float32 \[batch, 5, 6, 2\]/)
        }),
      )
    }
    expect(() => convEncoder({ ...plain, moreSizes: [[8, 4]] }, key(1))).toThrow('moreSizes needs pooling')
    const small = { ...plain, moreSizes: [[2, 8]], pooling: { grid: 2 } } as const
    expect(() => convEncoder(small, key(1))).toThrow(/pooling\.grid must be an integer from 1 to 1, got 2/)
  })

  it('names its parameters and gives them the shapes of the stages', () => {
    using(convEncoder(residual, key(1)), encoder => {
      const shapes = Object.fromEntries(Object.entries(encoder.parameters).map(([n, v]) => [n, v.shape]))
      expect(shapes).toEqual({
        'stage1/conv1/kernel': [3, 3, 2, 2],
        'stage1/norm1/scale': [2],
        'stage1/norm1/offset': [2],
        'stage1/conv2/kernel': [3, 3, 2, 2],
        'stage1/norm2/scale': [2],
        'stage1/norm2/offset': [2],
        'stage2/conv1/kernel': [3, 3, 2, 4],
        'stage2/norm1/scale': [4],
        'stage2/norm1/offset': [4],
        'stage2/shortcut/kernel': [1, 1, 2, 4],
        'head/kernel': [4, 3],
        'head/bias': [3],
      })
      expect(Object.keys(encoder.buffers)).toContain('stage2/norm1/variance')
      expect(countParameters(encoder)).toBe(36 + 4 + 36 + 4 + 72 + 8 + 8 + 12 + 3)
      expect(encoder.embed(pictures(1)).shape).toEqual([4, 3])
    })
  })

  it('draws the same values from the same key', () => {
    using(convEncoder(plain, key(7)), a =>
      using(convEncoder(plain, key(7)), b =>
        using(convEncoder(plain, key(8)), other => {
          for (const [name, variable] of Object.entries(a.parameters)) {
            expect(b.parameters[name].dataSync()).toEqual(variable.dataSync())
          }
          const kernel = 'stage1/conv1/kernel'
          expect(other.parameters[kernel].dataSync()).not.toEqual(a.parameters[kernel].dataSync())
        }),
      ),
    )
  })

  it.each([
    ['plain', plain],
    ['residual', residual],
    ['without norm', { ...residual, norm: 'none' }],
    ['group norm', { ...residual, norm: 'group' }],
    ['windows', { ...plain, pooling: { grid: 2 } }],
  ] as const)('has the slopes of finite differences in every parameter: %s', (_, options) => {
    using(convEncoder(options, key(3)), encoder => {
      const x = pictures(2, 3)
      // Channels wholly above and wholly below zero: differences must not step across a ReLU's corner.
      for (const [name, variable] of Object.entries(encoder.parameters)) {
        if (!/offset|conv.*bias/.test(name)) continue
        variable.assign(tf.tensor1d(Array.from({ length: variable.size }, (_, c) => (c % 2 ? -6 : 6))))
      }
      const weights = tf.tensor2d(normalValues(4, 9), [3, 3])
      const loss = () => tf.sum(tf.mul(weights, encoder.embed(x, { training: true }))) as tf.Scalar
      for (const { name, exact, numerical } of parameterSlopes(loss, encoder.parameters)) {
        expectClose(exact, numerical, { absolute: 4e-3, relative: 1e-2, what: name })
      }
    })
  })

  it('moves its running statistics a tenth of the way to the batch, by the unbiased variance', () => {
    const options: ConvEncoderOptions = {
      inputShape: [1, 1, 1],
      stages: [[{ kernel: 1, width: 1, stride: 1 }]],
      embeddingDimension: 1,
      mean: 0,
      deviation: 1,
    }
    using(convEncoder(options, key(1)), encoder => {
      encoder.parameters['stage1/conv1/kernel'].assign(tf.ones([1, 1, 1, 1]))
      const values = [0.1, 0.6, 0.8, 0.5]
      const mean = values.reduce((a, b) => a + b) / 4
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 3
      encoder.embed(tf.tensor4d(values, [4, 1, 1, 1]), { training: true })
      expectClose(encoder.buffers['stage1/norm1/mean'], [0.1 * mean])
      expectClose(encoder.buffers['stage1/norm1/variance'], [0.9 + 0.1 * variance])
    })
  })

  it("does not look at the batch's other pictures, nor learn, outside training", () => {
    using(convEncoder(residual, key(5)), encoder => {
      const x = pictures(6)
      encoder.embed(x, { training: true })
      const before = encoder.buffers['stage1/norm1/mean'].dataSync()
      const all = encoder.embed(x)
      const one = encoder.embed(tf.slice(x, [2, 0, 0, 0], [1, -1, -1, -1]))
      expectClose(one, tf.slice(all, [2, 0], [1, -1]), { absolute: 1e-5 })
      expect(encoder.buffers['stage1/norm1/mean'].dataSync()).toEqual(before)
    })
  })

  it('drops features by its key alone', () => {
    using(convEncoder({ ...plain, dropout: 0.5 }, key(5)), encoder => {
      const x = pictures(6)
      const at = (seed: number) => encoder.embed(x, { training: true, key: key(seed) }).dataSync()
      expect(at(1)).toEqual(at(1))
      expect(at(1)).not.toEqual(at(2))
      expect(() => encoder.embed(x, { training: true })).toThrow(/key must be a RandomKey/)
      expect(encoder.embed(x).shape).toEqual([4, 3])
    })
  })

  it('names what does not fit', () => {
    using(convEncoder(plain, key(1)), encoder => {
      expect(() => encoder.embed(tf.zeros([1, 6, 5, 2]))).toThrow(/float32 \[batch, 5, 6, 2\]/)
      expect(() => encoder.embed(tf.zeros([1, 5, 6, 2], 'int32'))).toThrow(TypeError)
    })
    const wrong = (change: Partial<ConvEncoderOptions>) => () => convEncoder({ ...plain, ...change }, key(1))
    expect(wrong({ stages: [] })).toThrow(/stages must be of length at least 1/)
    expect(wrong({ stages: [[{ kernel: 2, width: 3, stride: 1 }]] })).toThrow(/kernel must be odd/)
    expect(wrong({ dropout: 1 })).toThrow(RangeError)
    expect(wrong({ embeddingDimension: 0 })).toThrow(/embeddingDimension must be an integer of at least 1/)
  })

  it('keeps memory flat over 200 steps of training', () => {
    using(convEncoder(plain, key(1)), encoder => {
      const x = pictures(1)
      const optimizer = tf.train.sgd(0.01)
      const step = () =>
        optimizer.minimize(() => tf.mean(tf.square(encoder.embed(x, { training: true }))) as tf.Scalar)
      step()
      const before = tf.memory()
      for (let i = 0; i < 200; i++) step()
      expect(tf.memory().numTensors).toBe(before.numTensors)
      expect(tf.memory().numBytes).toBe(before.numBytes)
      optimizer.dispose()
    })
  })
})
