import { disposeModel, type Encoder } from '@chiaro/core'
import { pairwiseLogSumExp } from '@chiaro/ops'
import { foldIn, key } from '@chiaro/random'
import { describeBackends, sceneSize, sceneWords, shapeScene } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { convEncoder } from './conv-encoder.ts'
import { pooledTextEncoder } from './pooled-text-encoder.ts'
import { transformerTextEncoder } from './transformer-text-encoder.ts'
import { vitEncoder } from './vit-encoder.ts'

const scenes = (first: number, count: number) => {
  const all = Array.from({ length: count }, (_, i) => shapeScene(first + i))
  const pixels = new Float32Array(count * sceneSize * sceneSize * 3)
  for (const [i, scene] of all.entries()) pixels.set(scene.pixels, i * scene.pixels.length)
  return {
    images: tf.tensor4d(pixels, [count, sceneSize, sceneSize, 3]),
    texts: tf.tensor2d(
      all.map(({ ids }) => [...ids]),
      undefined,
      'int32',
    ),
    captions: all.map(({ caption }) => caption),
  }
}

const unit = (x: tf.Tensor2D) => tf.div(x, tf.norm(x, 2, 1, true)) as tf.Tensor2D

/** CLIP's equation; the loss itself lives in a package beside this one, which may not be imported. */
function clip(image: tf.Tensor2D, text: tf.Tensor2D): tf.Scalar {
  const [a, b] = [unit(image), unit(text)]
  const { rows, columns } = pairwiseLogSumExp(a, b, { scale: 10, columns: true })
  const right = tf.mul(tf.sum(tf.mul(a, b), 1), 10)
  return tf.mean(tf.sub(tf.mul(tf.add(rows, columns), 0.5), right)) as tf.Scalar
}

/** The share of held-out pictures whose best text has the right words. */
function recall(image: Encoder, text: Encoder): number {
  return tf.tidy(() => {
    const { images, texts, captions } = scenes(900_000, 64)
    const similarity = tf.matMul(unit(image.embed(images)), unit(text.embed(texts)), false, true)
    const best = tf.argMax(similarity, 1).dataSync()
    return captions.filter((caption, i) => captions[best[i]] === caption).length / captions.length
  })
}

function train(image: Encoder, text: Encoder, steps: number, rate: number): void {
  const optimizer = tf.train.adam(rate)
  const before = tf.memory().numTensors
  for (let step = 0; step < steps; step++) {
    tf.tidy(() => {
      const { images, texts } = scenes(step * 64, 64)
      const options = { training: true, key: foldIn(key(9), step) }
      optimizer.minimize(() => clip(image.embed(images, options), text.embed(texts, options)))
    })
  }
  // Two moments for each parameter, and what Adam keeps of its own.
  const parameters = Object.keys(image.parameters).length + Object.keys(text.parameters).length
  expect(tf.memory().numTensors - before).toBeLessThanOrEqual(2 * parameters + 2)
  optimizer.dispose()
}

describeBackends(
  'encoders learn to find held-out scenes by their captions',
  () => {
    // Chance is about 1 in 64; both reach more than one half.
    it('by convolution and pooled tokens', () => {
      const image = convEncoder(
        {
          inputShape: [sceneSize, sceneSize, 3],
          stages: [[{ kernel: 3, width: 16, stride: 2 }], [{ kernel: 3, width: 32, stride: 2 }]],
          embeddingDimension: 32,
        },
        key(1),
      )
      const text = pooledTextEncoder({ vocabularySize: sceneWords.length, embeddingDimension: 32 }, key(2))
      train(image, text, 60, 0.01)
      const share = recall(image, text)
      disposeModel(image)
      disposeModel(text)
      expect(share).toBeGreaterThan(0.35)
    })

    it('by transformers', () => {
      const sizes = { width: 32, depth: 2, heads: 2, mlpRatio: 2, embeddingDimension: 32 }
      const image = vitEncoder({ ...sizes, inputShape: [sceneSize, sceneSize, 3], patchSize: 6 }, key(3))
      const text = transformerTextEncoder(
        { ...sizes, depth: 1, vocabularySize: sceneWords.length, contextLength: 6 },
        key(4),
      )
      train(image, text, 100, 0.003)
      const share = recall(image, text)
      disposeModel(image)
      disposeModel(text)
      expect(share).toBeGreaterThan(0.35)
    })
  },
  { backends: ['wasm'] },
)
