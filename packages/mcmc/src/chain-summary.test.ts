import { key, normal } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { chainSummary } from './chain-summary.ts'
import { effectiveSampleSize } from './effective-sample-size.ts'
import { rHat } from './r-hat.ts'

describeBackends('chainSummary', () => {
  it('says of each element what the functions say of it alone', async () => {
    const noise = normal(key(1), [100, 3, 2, 2])
    // Elements of scales 1 … 4 and means 10 … 40; the last drifts.
    const scaled = tf.mul(tf.add(noise, 10), tf.tensor2d([1, 2, 3, 4], [2, 2]))
    const drift = tf.mul(tf.reshape(tf.range(0, 100), [100, 1, 1, 1]), tf.tensor2d([0, 0, 0, 0.2], [2, 2]))
    const draws = tf.add(scaled, drift)
    const summary = await chainSummary(draws)
    tf.unstack(tf.reshape(draws, [100, 3, 4]), 2).forEach((element, i) => {
      const values = Array.from(element.dataSync())
      const mean = values.reduce((a, b) => a + b) / 300
      const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 299)
      const worth = effectiveSampleSize(element)
      expectClose([summary.mean[i], summary.standardDeviation[i]], [mean, deviation], { relative: 1e-9 })
      expectClose([summary.effectiveSampleSize[i], summary.rHat[i]], [worth, rHat(element)], {
        relative: 1e-12,
      })
      expectClose([summary.standardError[i]], [deviation / Math.sqrt(worth)], { relative: 1e-9 })
    })
    expect(summary.rHat[3]).toBeGreaterThan(1.1)
    expect(summary.effectiveSampleSize[3]).toBeLessThan(60)
    expect(summary.rHat[0]).toBeLessThan(1.05)
  })
  it('takes chains of single numbers, and refuses what is no draws', async () => {
    expect((await chainSummary(normal(key(1), [20, 4]))).mean).toHaveLength(1)
    await expect(chainSummary(tf.ones([10]))).rejects.toThrow(
      /^chainSummary: draws must be float32 \[draws, chains, …event\], got float32 \[10\]$/,
    )
  })
})
