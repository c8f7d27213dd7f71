import type { NoiseDistribution } from '@chiaro/core'
import { key, normal } from '@chiaro/random'
import { describeBackends, expectWithin, meanOf, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { importanceLogPartition, logPartitionFromWeights } from './importance-log-partition.ts'
import { addLogWeights, estimateOf, noWeights } from './weight-sums.ts'

/** N(0, σ²) in each of d dimensions. */
const gaussianNoise = (d: number, sigma: number): NoiseDistribution => ({
  eventShape: [d],
  sample: (seed, count) => normal(seed, [count, d], { standardDeviation: sigma }),
  logProb: x =>
    tf.sub(
      tf.sum(tf.div(tf.square(x), -2 * sigma * sigma), 1),
      d * Math.log(sigma * Math.sqrt(2 * Math.PI)),
    ) as tf.Tensor1D,
})
/** E = ½|x|² of Z = (2π)^{d/2}. */
const energy = (x: tf.Tensor) => tf.sum(tf.div(tf.square(x), 2), 1)
const options = { key: key(1), samples: 4000, batch: 900 }

describe('logPartitionFromWeights', () => {
  it('is log mean weight with the delta method, by hand', () => {
    // Weights 1 and 3: mean 2, variance 2, so SE = √(2/2)/2.
    const estimate = logPartitionFromWeights([0, Math.log(3)])
    expect(estimate.logPartition).toBeCloseTo(Math.log(2), 14)
    expect(estimate.standardError).toBeCloseTo(0.5, 14)
    expect(estimate.effectiveSampleSize).toBeCloseTo(16 / 10, 14)
    expect(estimate).toMatchObject({ samples: 2, reliable: false })
  })
  it('has no error for equal weights, and takes −∞ for a weight of 0', () => {
    const equal = logPartitionFromWeights(new Float64Array(150).fill(-1e5))
    expect(equal).toMatchObject({ logPartition: -1e5, standardError: 0, reliable: true })
    expect(equal.effectiveSampleSize).toBeCloseTo(150, 10)
    const half = logPartitionFromWeights([Number.NEGATIVE_INFINITY, 0])
    expect(half.logPartition).toBeCloseTo(-Math.log(2), 14)
    expect(half.effectiveSampleSize).toBe(1)
  })
  it('moves by c with every weight, from −1e5 to 1e5, and does not depend on how weights are batched', () => {
    const weights = Float64Array.from(normalValues(3, 500, 3))
    const whole = logPartitionFromWeights(weights)
    for (const c of [-1e5, 1e5]) {
      const moved = logPartitionFromWeights(weights.map(w => w + c))
      expect(moved.logPartition - c).toBeCloseTo(whole.logPartition, 8)
      expect(moved.standardError).toBeCloseTo(whole.standardError, 8)
    }
    const sorted = weights.toSorted()
    let sums = noWeights
    for (let at = 0; at < 500; at += 7) sums = addLogWeights('test', sums, sorted.subarray(at, at + 7))
    const batched = estimateOf('test', sums)
    expect(batched.logPartition).toBeCloseTo(whole.logPartition, 12)
    expect(batched.standardError).toBeCloseTo(whole.standardError, 12)
  })
  it('has errors that cover: z-scores over 400 replicates have mean 0 and variance 1', () => {
    // log Z of exp(−x²/2) = ½ log 2π by samples of N(0, 1.3²).
    const scores = Array.from({ length: 400 }, (_, seed) => {
      const logWeights = [...normalValues(seed + 1, 200)].map(
        u => -((1.3 * u) ** 2) / 2 + (u * u) / 2 + Math.log(1.3 * Math.sqrt(2 * Math.PI)),
      )
      const { logPartition, standardError } = logPartitionFromWeights(logWeights)
      return (logPartition - Math.log(2 * Math.PI) / 2) / standardError
    })
    expectWithin(meanOf(scores), 0, Math.sqrt(1 / 400))
    expectWithin(
      meanOf(scores, z => z * z),
      1,
      Math.sqrt(2 / 400),
    )
  })
  it('refuses what is no weight', () => {
    expect(() => logPartitionFromWeights([0, Number.NaN])).toThrow(
      'logPartitionFromWeights: logWeights must be below +∞, got NaN in sample 1',
    )
    expect(() => logPartitionFromWeights([Number.POSITIVE_INFINITY, 0])).toThrow('got Infinity in sample 0')
    expect(() => logPartitionFromWeights([1])).toThrow('of length at least 2, got length 1')
    const none = new Float64Array(3).fill(Number.NEGATIVE_INFINITY)
    expect(() => logPartitionFromWeights(none)).toThrow('got none of 3')
  })
})

describeBackends('importanceLogPartition', () => {
  it('recovers the log Z of a Gaussian within 4 standard errors, over seeds', async () => {
    for (const seed of [1, 2, 3]) {
      const estimate = await importanceLogPartition(energy, gaussianNoise(3, 1.4), {
        ...options,
        key: key(seed),
      })
      expect(estimate).toMatchObject({ samples: 4000, reliable: true })
      expectWithin(estimate.logPartition, 1.5 * Math.log(2 * Math.PI), estimate.standardError)
      expect(estimate.standardError).toBeLessThan(0.02)
    }
  })
  it('has no error where the noise is the model, and moves with the energy', async () => {
    const exact = await importanceLogPartition(energy, gaussianNoise(2, 1), options)
    expect(exact.logPartition).toBeCloseTo(Math.log(2 * Math.PI), 5)
    expect(exact.standardError).toBeLessThan(1e-6)
    const moved = await importanceLogPartition(x => tf.sub(energy(x), 7), gaussianNoise(2, 1), options)
    expect(moved.logPartition).toBeCloseTo(exact.logPartition + 7, 5)
  })
  it('says that it is not reliable where few samples carry it', async () => {
    // In 30 dimensions N(0, 2²) hardly meets N(0, 1).
    const { reliable, effectiveSampleSize } = await importanceLogPartition(
      energy,
      gaussianNoise(30, 2),
      options,
    )
    expect(effectiveSampleSize).toBeLessThan(100)
    expect(reliable).toBe(false)
  })
  it('gives the same for the same key, another for another, and keeps no tensor', async () => {
    const noise = gaussianNoise(2, 1.5)
    const before = tf.memory().numTensors
    const first = await importanceLogPartition(energy, noise, options)
    expect(await importanceLogPartition(energy, noise, options)).toEqual(first)
    const other = await importanceLogPartition(energy, noise, { ...options, key: key(2) })
    expect(other.logPartition).not.toBe(first.logPartition)
    expect(tf.memory().numTensors).toBe(before)
  })
  it('refuses wrong energies and options, and stops', async () => {
    const noise = gaussianNoise(2, 1)
    const run = (of: typeof energy, more = {}) => importanceLogPartition(of, noise, { ...options, ...more })
    await expect(run(x => x)).rejects.toThrow('energy must be a function to [900], got float32 [900, 2]')
    await expect(run(x => tf.mul(energy(x), Number.NaN))).rejects.toThrow('got NaN in sample 0')
    await expect(run(energy, { samples: 1 })).rejects.toThrow(
      'samples must be an integer of at least 2, got 1',
    )
    await expect(run(energy, { batch: 0.5 })).rejects.toThrow('batch must be an integer of at least 1')
    await expect(run(energy, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  })
})
