import { disposeModel, type Encoder, type RandomKey } from '@chiaro/core'
import { integers, key, uniform } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { convEncoder } from './conv-encoder.ts'
import { pooledTextEncoder } from './pooled-text-encoder.ts'
import { transformerTextEncoder } from './transformer-text-encoder.ts'
import { vitEncoder } from './vit-encoder.ts'

const ids = () => integers(key(1), [5, 6], { minimum: 1, maximum: 9 })
const pictures = () => uniform(key(2), [5, 4, 4, 1])
const sizes = { width: 4, heads: 2, depth: 2, embeddingDimension: 3, dropout: 0.4 }
const vocabularySize = 9
const inputShape = [4, 4, 1] as const

const encoders: Readonly<Record<string, readonly [(drawnBy: RandomKey) => Encoder, () => tf.Tensor]>> = {
  pooledText: [
    by => pooledTextEncoder({ vocabularySize, embeddingDimension: 3, tokenDropout: 0.4 }, by),
    ids,
  ],
  transformerText: [by => transformerTextEncoder({ vocabularySize, contextLength: 6, ...sizes }, by), ids],
  vit: [by => vitEncoder({ inputShape, patchSize: 2, ...sizes }, by), pictures],
  conv: [
    by =>
      convEncoder(
        { inputShape, stages: [[{ kernel: 3, width: 3, stride: 1 }]], norm: 'group', dropout: 0.4 },
        by,
      ),
    pictures,
  ],
}

describeBackends('dropout', () => {
  it.each(Object.keys(encoders))('drops of some rows what it drops of them among all: %s', name => {
    const [make, batch] = encoders[name]
    const encoder = make(key(3))
    const places = [3, 0, 4]
    const some = (x: tf.Tensor) => tf.gather(x, tf.tensor1d(places, 'int32'))
    const whole = encoder.embed(batch(), { training: true, key: key(4) })
    const part = encoder.embed(some(batch()), { training: true, key: key(4), rows: places })
    expectClose(part, some(whole).dataSync(), { absolute: 1e-5 })
    const others = encoder.embed(some(batch()), { training: true, key: key(4) })
    expect(Array.from(others.dataSync())).not.toEqual(Array.from(part.dataSync()))
    disposeModel(encoder)
  })
})
