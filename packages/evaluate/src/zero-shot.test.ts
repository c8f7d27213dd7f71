import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { zeroShot } from './zero-shot.ts'

describeBackends('zeroShot', () => {
  const images = () =>
    tf.tensor2d([
      [1, 0.1],
      [0.9, -0.1],
      [0.1, 1],
      [1, 0.2],
    ])

  it('counts pictures whose nearest class is the right one, overall and by class', async () => {
    const classes = tf.tensor2d([
      [1, 0],
      [0, 1],
    ])
    const result = await zeroShot(images(), classes, [0, 0, 1, 1])
    expect(result.accuracy).toBe(0.75)
    expect(result.meanClassAccuracy).toBe(0.75)
    expect(result.chance).toBe(0.5)
    expect(result.accuracy5).toBe(1)
    expect(Array.from(result.hits)).toEqual([1, 1, 1, 0])
    expect(result.standardError).toBeCloseTo(Math.sqrt((3 * 0.0625 + 0.5625) / 3 / 4), 12)
    const unbalanced = await zeroShot(images(), classes, [0, 0, 1, 0])
    expect(unbalanced.accuracy).toBe(1)
    const skewed = await zeroShot(images(), classes, [1, 0, 1, 0])
    expect(skewed.meanClassAccuracy).toBe((1 + 1 / 2) / 2)
  })

  it('averages unit embeddings of prompts, so that a long one does not outvote the others', async () => {
    // Class 0: the mean of the unit prompts stands at 45°, that of the prompts as they are at 89°. Class 1: at 63°.
    const prompts = tf.tensor3d([
      [
        [1, 0],
        [0, 100],
      ],
      [
        [0.5, 1],
        [0.5, 1],
      ],
    ])
    const { accuracy } = await zeroShot(tf.tensor2d([[1, 1]]), prompts, [0])
    expect(accuracy).toBe(1)
  })

  it('shares ties among equal classes', async () => {
    const result = await zeroShot(images(), tf.ones<tf.Rank.R2>([2, 2]), [0, 0, 1, 1])
    expect(result.accuracy).toBe(0.5)
  })

  it('names the row of a label that is no class', async () => {
    const classes = tf.ones<tf.Rank.R2>([2, 2])
    await expect(zeroShot(images(), classes, [0, 1, 2, 0])).rejects.toThrow(
      'zeroShot: labels[2] must be an integer from 0 to 1, got 2',
    )
    await expect(zeroShot(images(), classes, [0])).rejects.toThrow(
      'labels must be of length 4, one for each row',
    )
  })
})
