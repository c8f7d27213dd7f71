import { key } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { Backbone } from './backbone.ts'
import { clip } from './clip.ts'
import { type ClipOptions, images, texts, trainedAndResumed } from './clip-in-test.ts'

/** A model whose features are the means of the channels, times 1 and −2. */
const model = {
  execute(x: tf.Tensor) {
    return tf.tidy(() => {
      const means = tf.mean(x, [1, 2])
      return tf.concat([means, tf.mul(means, -2)], 1)
    })
  },
}
const backbone: Backbone = { model, digest: 'one', file: 'model.json' }
const given: ClipOptions = {
  ...{ images: images(12), texts, backbone, key: key(2), imageTower: 'backbone', buckets: 32, embedding: 4 },
  ...{ batchSize: 4, steps: 6, checkpointEvery: 2, learningRate: 0.1 },
}

describeBackends('a backbone', () => {
  it('has one layer on top that learns, and is resumed to the bits of the unbroken run', async () => {
    const weights = await trainedAndResumed(given)
    expect(Object.keys(weights).filter(name => name.startsWith('image/'))).toEqual([
      'image/head/kernel',
      'image/head/bias',
    ])
    await trainedAndResumed({ ...given, chunkSize: 3 })
  })

  it('is what the layer sees, pixels standardised as is said; and is given again to a run that is loaded', async () => {
    const pixels = { imageMean: 0.5, imageDeviation: 0.5 }
    const trained = await clip.train({ ...given, ...pixels, steps: 1 })
    const again = clip.load(trained.save(), { backbone })
    const data = images(2)
    const { vectors } = await again.embedImages(data)
    expect(vectors).toEqual((await trained.embedImages(data)).vectors)
    const [kernel, bias] = ['kernel', 'bias'].map(name =>
      again.model.parameters[`image/head/${name}`].arraySync(),
    )
    for (const picture of [0, 1]) {
      const features = [0, 1, 2].map(channel => {
        const own = data.data.subarray(picture * 192, (picture + 1) * 192).filter((_, i) => i % 3 === channel)
        return 2 * (own.reduce((sum, value) => sum + value / 255, 0) / 64) - 1
      })
      const row = (bias as number[]).map((offset, j) =>
        [...features, ...features.map(value => -2 * value)].reduce(
          (sum, value, i) => sum + value * (kernel as number[][])[i][j],
          offset,
        ),
      )
      const unit = row.map(value => value / Math.hypot(...row))
      expectClose(vectors.slice(4 * picture, 4 * picture + 4), unit, { absolute: 1e-5 })
    }
    trained.dispose()
    again.dispose()
  })

  it('that is missing or another is refused, by where it was', async () => {
    const trained = await clip.train({ ...given, steps: 1 })
    const run = trained.save()
    expect(() => clip.load(run)).toThrow(
      'clip: the run needs the backbone it was made with, model.json, got none',
    )
    const other = { backbone: { ...backbone, digest: 'two' } }
    expect(() => clip.load(run, other)).toThrow('got another, or one that has changed')
    trained.dispose()
  })
})

describe('what does not belong', () => {
  const { backbone: _, ...without } = given
  const odd: Backbone = {
    digest: 'odd',
    model: {
      execute() {
        throw new Error('The shape of dict does not match')
      },
    },
  }
  it.each<[ClipOptions, string]>([
    [without, 'clip: imageTower backbone needs a model (backbone), got none'],
    [{ ...given, imageTower: 'conv' }, 'clip: a backbone needs imageTower backbone, got conv'],
    [{ ...given, widths: [4] }, 'clip: widths belongs to imageTower conv, got backbone'],
    [
      { ...given, imageTower: 'vit', backboneOutput: 'x' },
      'backboneOutput belongs to imageTower backbone, got vit',
    ],
    [{ ...given, backbone: odd }, 'the backbone must embed pictures of 8 × 8 × 3, got: The shape of dict'],
  ])('%# is refused', async (options, message) => {
    await expect(clip.train(options)).rejects.toThrow(message)
  })
})
