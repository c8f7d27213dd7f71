import { normalValues as draw, key, split } from '@chiaro/random'
import { expectWithin, meanOf } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { bridgeLogPartition } from './bridge-log-partition.ts'

const truth = Math.log(2 * Math.PI) / 2
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** −E − log q of E = x²/2 and q = N(0, σ²). */
const logRatio = (x: number, sigma: number) =>
  -(x * x) / 2 + (x * x) / (2 * sigma * sigma) + Math.log(sigma) + truth

function problem(seed: number, n: number, m: number, sigma: number) {
  const [ofData, ofNoise] = split(key(seed), 2)
  const data = Float64Array.from(draw(ofData, n), x => logRatio(x, sigma))
  const noise = Float64Array.from(draw(ofNoise, m, { standardDeviation: sigma }), x => logRatio(x, sigma))
  return { data, noise }
}

/** I = E_p[νq/(p + νq)] by quadrature. */
function information(sigma: number, nu: number): number {
  let sum = 0
  for (let x = -12; x < 12; x += 0.01) {
    const p = Math.exp(-(x * x) / 2 - truth)
    const q = Math.exp(-(x * x) / (2 * sigma * sigma) - truth) / sigma
    sum += (0.01 * p * nu * q) / (p + nu * q)
  }
  return sum
}

describe('bridgeLogPartition', () => {
  it.each([
    [1, 1],
    [5, 5],
    [0.2, 1],
  ])('solves the equation of the optimal bridge, ν = %s with %s noise rows a data row', (nu, perData) => {
    const { data, noise } = problem(3, 200, 200 * perData, 2)
    const { logPartition: c } = bridgeLogPartition(data, noise, { noiseRatio: nu })
    const left = meanOf(data, u => 1 - sigmoid(u - c - Math.log(nu)))
    const right = nu * meanOf(noise, u => sigmoid(u - c - Math.log(nu)))
    expect(left - right).toBeCloseTo(0, 13)
  })

  it.each([
    [2, 1, 1],
    [2, 5, 5],
    [1.5, 1, 4],
    [0.8, 3, 1],
  ])('has errors that cover: σ = %s, ν = %s, %s noise rows a data row', (sigma, nu, perData) => {
    const [replicates, n] = [300, 200]
    const estimates = Array.from({ length: replicates }, (_, seed) => {
      const { data, noise } = problem(seed, n, n * perData, sigma)
      return bridgeLogPartition(data, noise, { noiseRatio: nu })
    })
    const scores = estimates.map(({ logPartition, standardError }) => (logPartition - truth) / standardError)
    expectWithin(meanOf(scores), 0, Math.sqrt(1 / replicates))
    expectWithin(
      meanOf(scores, z => z * z),
      1,
      Math.sqrt(2 / replicates),
    )
    const I = information(sigma, nu)
    expectWithin(meanOf(estimates.map(({ overlap }) => overlap)), I, 0.5 / Math.sqrt(n * replicates))
    if (nu !== perData) return
    // n·Var = 1/I − (1 + 1/ν), the limit for as many noise rows as they weigh.
    const variance = meanOf(estimates.map(({ standardError }) => n * standardError ** 2))
    expect(variance / (1 / I - (1 + 1 / nu))).toBeCloseTo(1, 1)
  })

  it('is exact where the noise is the model, whatever the draws', () => {
    const { data, noise } = problem(5, 120, 360, 1)
    const estimate = bridgeLogPartition(data, noise)
    expect(estimate.logPartition).toBeCloseTo(truth, 12)
    expect(estimate.standardError).toBeLessThan(1e-12)
    expect(estimate.overlap).toBeCloseTo(3 / 4, 12)
    expect(estimate.effectiveSampleSize).toBeCloseTo(120, 9)
    expect(estimate).toMatchObject({ samples: 480, reliable: true })
  })

  it('moves by c with the energy, from −1e5 to 1e5, for ν from 1e-6 to 1e6', () => {
    const { data, noise } = problem(7, 100, 100, 2)
    for (const noiseRatio of [1e-6, 1, 1e6]) {
      const { logPartition } = bridgeLogPartition(data, noise, { noiseRatio })
      for (const c of [-1e5, 1e5]) {
        const add = (ratios: Float64Array) => ratios.map(u => u + c)
        const moved = bridgeLogPartition(add(data), add(noise), { noiseRatio })
        expect(moved.logPartition - c).toBeCloseTo(logPartition, 7)
      }
    }
  })

  it('says when nothing holds the constant where data and noise do not meet', () => {
    const far = bridgeLogPartition([3000, 3001, 3002], [-3000, -3001, -3002])
    expect(far.reliable).toBe(false)
    expect(far.standardError).toBe(Number.POSITIVE_INFINITY)
    expect(far.overlap).toBeLessThan(1e-150)
    // Rows that hardly differ give a small error by luck: the draws that would overlap were never seen.
    const row = (at: number) => Float64Array.from({ length: 1000 }, (_, i) => at + i / 1e4)
    const apart = bridgeLogPartition(row(20), row(-20))
    expect(apart.reliable).toBe(false)
    expect(apart.effectiveSampleSize).toBeLessThan(1)
  })

  it('takes noise where the model has no density, and refuses the rest', () => {
    const never = Number.NEGATIVE_INFINITY
    // mean(1 − h) = mean(h): half of the noise is never taken for data, so 1 − h = h/2 and u − c = log 2.
    const { logPartition } = bridgeLogPartition([4, 4], [4, never])
    expect(logPartition).toBeCloseTo(4 - Math.log(2), 12)
    expect(() => bridgeLogPartition([never, 1], [1, 1])).toThrow(/logRatioData\[0\] must be above −∞/)
    expect(() => bridgeLogPartition([1, 1], [never, never])).toThrow(/above −∞ for some row, got −∞ for all/)
    expect(() => bridgeLogPartition([1, Number.POSITIVE_INFINITY], [1, 1])).toThrow(
      /^bridgeLogPartition: logRatioData\[1\] must be below ∞ \(the noise must have a density there\), got Infinity$/,
    )
    expect(() => bridgeLogPartition([1, 1], [1, Number.NaN])).toThrow(/logRatioNoise\[1\] .* got NaN/)
    expect(() => bridgeLogPartition([1], [1, 1])).toThrow(
      /logRatioData must be of length at least 2, got length 1/,
    )
    expect(() => bridgeLogPartition([1, 1], [1, 1], { noiseRatio: 0 })).toThrow(
      /noiseRatio must be a finite number above 0/,
    )
  })
})
