import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { bothDirections } from './both-directions.ts'

describeBackends('bothDirections', () => {
  it('asks texts for pictures and pictures for texts', async () => {
    // Picture 1 is nearest to text 0, but text 1 is nearest to picture 1: directions differ.
    const images = tf.tensor2d([
      [1, 0],
      [1, 0.1],
    ])
    const texts = tf.tensor2d([
      [1, 0.08],
      [0.2, 1],
    ])
    const { recalls, chance, standardErrors } = await bothDirections(images, texts)
    expect(recalls.imageToText).toEqual({ r1: 0.5, r5: 1, r10: 1 })
    expect(recalls.textToImage).toEqual({ r1: 0.5, r5: 1, r10: 1 })
    expect(chance.textToImage.r1).toBe(0.5)
    expect(standardErrors.textToImage.r5).toBe(0)
  })

  it('takes several captions of a picture by groups', async () => {
    const images = tf.tensor2d([
      [1, 0],
      [0, 1],
    ])
    const texts = tf.tensor2d([
      [1, 0.1],
      [0.1, 1],
      [1, 0.3],
    ])
    const { recalls, chance, details } = await bothDirections(images, texts, {
      imageGroups: [7, 8],
      textGroups: [7, 8, 7],
    })
    expect(recalls.textToImage.r1).toBe(1)
    expect(recalls.imageToText.r1).toBe(1)
    // Picture 0 has two right captions of three, picture 1 has one.
    expectClose(chance.imageToText.r1, (2 / 3 + 1 / 3) / 2)
    expect(details.textToImage.queries).toBe(3)
  })

  it('refuses groups of one side only', async () => {
    const a = tf.ones<tf.Rank.R2>([2, 2])
    await expect(bothDirections(a, a, { imageGroups: [0, 1] })).rejects.toMatchObject({
      argument: 'textGroups',
    })
  })
})
