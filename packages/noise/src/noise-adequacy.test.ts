import { key, normalValues } from '@chiaro/random'
import { expectWithin, useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type NoiseAdequacy, noiseAdequacy } from './noise-adequacy.ts'

const [n, perData] = [5000, 4]

/** The report of data N(0, 1)^d against noise N(shift, deviation²)^d, with exact log ratios. */
function report(shift: number, deviation: number, d = 1): Promise<NoiseAdequacy> {
  const ratio = (x: ArrayLike<number>) =>
    Float64Array.from({ length: x.length / d }, (_, i) => {
      let sum = d * Math.log(deviation)
      for (let j = 0; j < d; j++) {
        const v = x[i * d + j]
        sum += ((v - shift) / deviation) ** 2 / 2 - v ** 2 / 2
      }
      return sum
    })
  const data = normalValues(key(1), n * d)
  const noise = normalValues(key(2), perData * n * d, { mean: shift, standardDeviation: deviation })
  return noiseAdequacy(ratio(data), ratio(noise))
}

describe('noiseAdequacy', () => {
  it('finds the closed forms of a shift of 1: AUC Φ(1/√2), divergences ½, relative size 1/e', async () => {
    const { auc, divergenceOfData, divergenceOfNoise, relativeEffectiveSampleSize, ...rest } = await report(
      1,
      1,
    )
    // Hanley and McNeil's largest standard error of an AUC.
    expectWithin(auc, 0.76025, Math.sqrt((0.76025 * 0.23975) / n))
    expectWithin(divergenceOfData, 0.5, 1 / Math.sqrt(n))
    expectWithin(divergenceOfNoise, 0.5, 1 / Math.sqrt(perData * n))
    // E w = 1, Var w = e − 1.
    expectWithin(rest.logMeanWeight, 0, Math.sqrt((Math.E - 1) / (perData * n)))
    expect(Math.abs(relativeEffectiveSampleSize * Math.E - 1)).toBeLessThan(0.1)
    expect(rest.effectiveSampleSize).toBeCloseTo(relativeEffectiveSampleSize * perData * n, 6)
    expect(rest.verdict).toBe('adequate')
    expect(rest.advice).toHaveLength(1)
  })
  it('finds √7/4 of wider noise of deviation 2 to count, and KL log 2 − 3/8', async () => {
    const { divergenceOfData, relativeEffectiveSampleSize, verdict } = await report(0, 2)
    // log ratio = log 2 − 3x²/8 has deviation 3√2/8 over data.
    expectWithin(divergenceOfData, Math.log(2) - 3 / 8, (3 * Math.SQRT2) / 8 / Math.sqrt(n))
    expect(Math.abs(relativeEffectiveSampleSize - Math.sqrt(7) / 4)).toBeLessThan(0.02)
    expect(verdict).toBe('adequate')
  })
  it.each([
    ['tooNarrow', 0, 0.4, 5, /too narrow: it hardly reaches .* Widen it/],
    ['tooWide', 0, 4, 5, /too wide: .* Fit it closer/],
    ['misplaced', 4, 1, 1, /lies elsewhere .* telescoping/],
    ['indistinguishable', 0, 1, 1, /does not tell the noise from the data/],
  ] as const)('says %s with what to change', async (expected, shift, deviation, d, sentence) => {
    const { verdict, advice } = await report(shift, deviation, d)
    expect(verdict).toBe(expected)
    expect(advice[0]).toMatch(sentence)
  })
  it('warns of a few rows that carry all weight, and of a log Z that is off', async () => {
    const { advice } = await report(4, 1)
    expect(advice.join(' ')).toMatch(/noise rows \(.*%\) carry weight/)
    expect(advice.join(' ')).not.toMatch(/not 1: log Z/)
    // Log ratios that are 1 too large everywhere.
    const around = (mean: number) => normalValues(key(3), 1000, { mean, standardDeviation: 0.1 })
    const off = await noiseAdequacy(around(1.1), around(1))
    expect(Math.abs(off.logMeanWeight - 1.005)).toBeLessThan(0.02)
    expect(off.advice.join(' ')).toMatch(/not 1: log Z or the model is not right yet/)
  })
  it('counts ties half and takes −∞ at noise', async () => {
    const tied = await noiseAdequacy([0, 0, 1], [0, Number.NEGATIVE_INFINITY])
    expect(tied.auc).toBe((0.5 + 0.5 + 1 + 3) / 6)
    expect(tied.effectiveSampleSize).toBe(1)
    expect(tied.divergenceOfNoise).toBe(Number.POSITIVE_INFINITY)
    const none = Number.NEGATIVE_INFINITY
    expect((await noiseAdequacy([0], [none, none])).effectiveSampleSize).toBe(0)
  })
  it('measures sureness at the noise ratio', async () => {
    // σ(r − log ν) > .99 from r = log 99ν on.
    const edge = Math.log(99 * 10)
    const figures = await noiseAdequacy([edge + 0.01, edge - 0.01], [-2, 0, -2.4], { noiseRatio: 10 })
    expect(figures.unreachedData).toBe(1 / 2)
    // 1 − σ > .99 from r = log(ν/99) = −2.29 on.
    expect(figures.wastedNoise).toBe(1 / 3)
  })
})

describe('noiseAdequacy of tensors', () => {
  beforeAll(() => useTestBackend('cpu'))
  it('reads them, and leaves them', async () => {
    const [data, noise] = [tf.tensor1d([1, 2]), tf.tensor1d([0, 1, 2, -1])]
    const before = tf.memory().numTensors
    expect(await noiseAdequacy(data, noise)).toEqual(await noiseAdequacy([1, 2], [0, 1, 2, -1]))
    expect(tf.memory().numTensors).toBe(before)
    await expect(noiseAdequacy(tf.zeros([2, 1]), noise)).rejects.toThrow(/logRatioData must be float32 \[n\]/)
    tf.dispose([data, noise])
  })
  it('refuses rows that are none', async () => {
    await expect(noiseAdequacy([], [0])).rejects.toThrow(
      /logRatioData must be of length at least 1, got length 0/,
    )
    await expect(noiseAdequacy([0, Number.NaN], [0])).rejects.toThrow(
      /logRatioData\[1\] must be a number, got NaN/,
    )
    await expect(noiseAdequacy([0], [0, Number.POSITIVE_INFINITY])).rejects.toThrow(
      /logRatioNoise\[1\] must be below ∞/,
    )
    await expect(noiseAdequacy([0], [0], { noiseRatio: 0 })).rejects.toThrow(RangeError)
  })
})
