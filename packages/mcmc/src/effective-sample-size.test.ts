import { key, normalValues } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { effectiveSampleSize } from './effective-sample-size.ts'

/** Stationary AR(1) chains: x' = φ x + √(1 − φ²) n; [draws][chains]. */
function autoregressive(seed: number, phi: number, draws: number, chains: number): number[][] {
  const noise = normalValues(key(seed), draws * chains)
  const rows: number[][] = []
  for (let draw = 0; draw < draws; draw++) {
    const innovations = Array.from(noise.subarray(draw * chains, (draw + 1) * chains))
    const before = rows[draw - 1]
    rows.push(
      before === undefined
        ? innovations
        : before.map((x, c) => phi * x + Math.sqrt(1 - phi ** 2) * innovations[c]),
    )
  }
  return rows
}

describe('effectiveSampleSize', () => {
  it.each([
    [0, 1],
    [0.5, 1 / 3],
    [0.9, 0.1 / 1.9],
    [-0.5, 3],
  ])('is S (1 − φ)/(1 + φ) for AR(1) chains, φ = %s', (phi, share) => {
    const [draws, chains] = [5000, 4]
    const worth = effectiveSampleSize(autoregressive(4, phi, draws, chains)) / (draws * chains)
    // The truncated sum's own error: about √(2 (2 window + 1)/S) (Sokal), the window some five times (1 + φ)/(1 − φ).
    const window = 5 * Math.max(1, (1 + phi) / (1 - phi))
    const error = Math.sqrt((2 * (2 * window + 1)) / (draws * chains))
    expect(Math.abs(worth / share - 1)).toBeLessThan(3 * error)
  })
  it("equals the definition: Geyer's pairs over split chains, written out in full", () => {
    const rows = autoregressive(5, 0.7, 60, 3)
    const halves = [0, 1, 2].flatMap(c => [0, 30].map(from => rows.slice(from, from + 30).map(row => row[c])))
    const n = 30
    const mean = (x: number[]) => x.reduce((a, b) => a + b) / x.length
    const means = halves.map(mean)
    const covariance = (lag: number) =>
      mean(
        halves.map(
          (x, j) => x.slice(lag).reduce((sum, v, i) => sum + (v - means[j]) * (x[i] - means[j]), 0) / n,
        ),
      )
    const within = (covariance(0) * n) / (n - 1)
    const between = means.reduce((sum, m) => sum + (m - mean(means)) ** 2, 0) / (halves.length - 1)
    const rho = Array.from({ length: n }, (_, lag) =>
      lag === 0 ? 1 : 1 - (within - covariance(lag)) / ((within * (n - 1)) / n + between),
    )
    const pairs: number[] = []
    let lag = 0
    for (; lag < n - 3 && rho[lag] + rho[lag + 1] > 0; lag += 2) {
      pairs.push(Math.min(rho[lag] + rho[lag + 1], ...pairs))
    }
    const time = 2 * pairs.reduce((a, b) => a + b) - 1 + Math.max(0, rho[lag])
    expect(effectiveSampleSize(rows)).toBeCloseTo(180 / time, 8)
  })
  it('falls to about the number of chains when these do not agree', () => {
    const rows = autoregressive(6, 0, 500, 4).map(row => row.map((x, chain) => x + 20 * chain))
    expect(effectiveSampleSize(rows)).toBeLessThan(8)
  })
  it('is at most S log₁₀ S, which chains that alternate reach', () => {
    const rows = Array.from({ length: 400 }, (_, draw) => [draw % 2, (draw + 1) % 2])
    expect(effectiveSampleSize(rows)).toBeCloseTo(800 * Math.log10(800), 6)
  })
  it("of kind 'bulk' does not change under a monotone map, which heavy tails need", () => {
    const rows = autoregressive(7, 0.5, 500, 2)
    const heavy = rows.map(row => row.map(x => Math.sinh(6 * x)))
    const bulk = effectiveSampleSize(rows, { kind: 'bulk' })
    expect(effectiveSampleSize(heavy, { kind: 'bulk' })).toBeCloseTo(bulk, 8)
    expect(Math.abs(bulk / 1000 / (1 / 3) - 1)).toBeLessThan(0.4)
    expect(Math.abs(effectiveSampleSize(heavy) / bulk - 1)).toBeGreaterThan(0.2)
  })
  it('is NaN for draws that are all equal or not finite', () => {
    expect(effectiveSampleSize(Array.from({ length: 10 }, () => [1, 1]))).toBeNaN()
    expect(effectiveSampleSize(Array.from({ length: 10 }, (_, i) => [i, i === 3 ? Number.NaN : i]))).toBeNaN()
  })
  it('refuses too few draws, ragged ones, none', () => {
    expect(() => effectiveSampleSize([[1], [2], [3]])).toThrow(
      /^effectiveSampleSize: draws must be at least 8 a chain, got 3$/,
    )
    expect(() => effectiveSampleSize([[1, 2], [1]])).toThrow(
      /draws\[1\] must be of 2 chains as draws\[0\], got 1/,
    )
    expect(() => effectiveSampleSize([])).toThrow(/at least one draw of one chain, got none/)
  })
})

describeBackends('effectiveSampleSize of a tensor', () => {
  it('reads [draws, chains] and [draws, chains, 1]', () => {
    const rows = autoregressive(8, 0.3, 100, 3)
    const expected = effectiveSampleSize(rows)
    const draws = tf.tensor2d(rows)
    expectClose(effectiveSampleSize(draws), expected)
    expectClose(effectiveSampleSize(tf.reshape(draws, [100, 3, 1])), expected)
    expect(() => effectiveSampleSize(tf.reshape(draws, [50, 3, 2]))).toThrow(
      /must be \[draws, chains\].*got float32 \[50, 3, 2\]/,
    )
  })
})
